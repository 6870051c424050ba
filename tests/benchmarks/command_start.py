"""Time of commands that need no window, from the start of the process to its end."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from windows import new_user

ROUNDS = 5
AIM = 0.5
RACE = ("--landscape", "rosenbrock", "--optimizer", "adam")
COMMANDS = (
    ("--help",),
    ("list", "landscapes"),
    ("list", "optimizers"),
    ("list", "schedules"),
    ("list", "lessons"),
    ("run", *RACE, "-o", "steps.csv"),
    ("run", *RACE, "-o", "steps.npz"),
    ("data", *RACE, "--optimizer", "gd", "-o", "race.csv"),
    ("code", *RACE),
    ("share", "race.optx"),
    ("export", *RACE, "-o", "race.png"),
)


def main() -> None:
    with new_user() as environment:
        folder = Path(environment["XDG_DATA_HOME"])
        root = str(Path(__file__).resolve().parents[2])
        known = filter(None, (root, environment.get("PYTHONPATH")))
        environment["PYTHONPATH"] = os.pathsep.join(known)
        from optexplorer.experiment import files
        from optexplorer.experiment.default_experiment import default_experiment

        files.write(folder / "race.optx", default_experiment())
        for command in COMMANDS:
            seconds = []
            # The first round fills the caches.
            for _ in range(ROUNDS + 1):
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "optexplorer", *command],
                    cwd=folder,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
                seconds.append(time.perf_counter() - start)
            print(f"{' '.join(command[:2]):<22} {statistics.median(seconds[1:]):.2f} s (aim: under {AIM})")


if __name__ == "__main__":
    main()
