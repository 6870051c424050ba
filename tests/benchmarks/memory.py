"""Memory of the window with the race that it opens with, against that of a bare window of pyqtgraph."""

from __future__ import annotations

import statistics
import sys

import displays
from windows import lines_of, new_user

ROUNDS = 3


def measure() -> None:
    megabytes: dict[str, list[float]] = {"bare": [], "ours": []}
    with new_user() as environment:
        for _ in range(ROUNDS):
            for window, found in megabytes.items():
                found.append(float(lines_of(window, environment, stay=True)["resident"][1]))
    bare, ours = (statistics.median(found) for found in megabytes.values())
    print(f"bare window: {bare:.0f} MB resident")
    print(f"optexplorer's window, idle after its race: {ours:.0f} MB")
    print(f"ratio: {ours / bare:.2f} (aim: under 1.6)")


def main() -> None:
    if sys.platform != "linux":
        print("only Linux tells how much memory a process holds in /proc: left out")
        return
    displays.run(__file__)


if __name__ == "__main__":
    measure()
