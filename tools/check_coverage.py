"""Check how many lines of each file of engine and experiment their tests have run: 95 % at least.

Reads `.coverage` in the present folder, as `make test` leaves it, and prints every file's share, the smallest last.
"""

from __future__ import annotations

import sys

import coverage

REQUIRED = {"optexplorer/engine/": 95.0, "optexplorer/experiment/": 95.0}
"""The smallest share of lines, in percent, of every file below a folder."""


def shares() -> dict[str, float]:
    """Return the percentage of its lines that the tests have run, by the path of each file."""
    data = coverage.Coverage()
    data.load()
    found = {}
    for file in sorted(data.get_data().measured_files()):
        _, lines, _, missing, _ = data.analysis2(file)
        path = file.replace("\\", "/")
        name = path[path.rindex("optexplorer/") :]
        found[name] = 100.0 * (1 - len(missing) / len(lines)) if lines else 100.0
    return found


def main() -> int:
    """Print the shares and return 1 if a file falls short of what is required of it."""
    short = []
    for name, share in sorted(shares().items(), key=lambda item: -item[1]):
        required = max((least for folder, least in REQUIRED.items() if name.startswith(folder)), default=0.0)
        if share < required:
            short.append(
                f"{name}: {share:.1f} % of the lines are tested; at least {required:g} % are required"
            )
        print(f"{share:6.1f} %  {name}")
    print("\n".join(["", *short]) if short else "\nEvery file has the coverage that is required of it.")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
