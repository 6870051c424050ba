"""Prints how fast the program is, as ratios measured side by side in this run.

python tests/benchmarks/run.py [NAME ...]; without a name all are run.
"""

from __future__ import annotations

import importlib
import os
import sys

BENCHMARKS = {
    "recompute": "recompute",
    "first-frame": "first_frame",
    "command-start": "command_start",
    "memory": "memory",
    "frames": "frames",
    "drag": "drag",
    "gui-blocks": "gui_blocks",
    "long-runs": "long_runs",
    "throughput": "throughput",
    "second-order": "second_order",
    "network-epochs": "network_epochs",
    "learning": "learning",
    "film": "film",
    "basins": "basins",
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; known: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    # As the program itself does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in names or BENCHMARKS:
        print(f"== {name}", flush=True)
        importlib.import_module(BENCHMARKS[name]).main()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
