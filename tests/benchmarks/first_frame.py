"""Time to the first painted frame, against a bare window with an empty GLViewWidget and a PlotWidget."""

from __future__ import annotations

import statistics

import displays
from windows import lines_of, new_user

ROUNDS = 5


def measure() -> None:
    bare, painted, race = [], [], []
    with new_user() as environment:
        # The first round fills the caches of the system and the program's own.
        for round_number in range(ROUNDS + 1):
            empty, own = lines_of("bare", environment), lines_of("ours", environment)
            if round_number:
                bare.append(empty["painted"][0])
                painted.append(own["painted"][0])
                race.append(own["race"][0])
    print(f"bare window: {statistics.median(bare):.2f} s")
    for what, seconds, aim in (("window painted", painted, 1.5), ("window painted with the race", race, 1.8)):
        ratio = statistics.median(own / empty for own, empty in zip(seconds, bare, strict=True))
        print(f"optexplorer's {what}: {statistics.median(seconds):.2f} s")
        print(f"ratio: {ratio:.2f} (aim: under {aim})")


def main() -> None:
    displays.run(__file__)


if __name__ == "__main__":
    measure()
