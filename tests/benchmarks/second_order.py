"""Point-steps per second of optimizers that search or solve, beside Adam's in the same run.

From 256 × 256 starts to their ends, at most 100 steps, by NumPy alone; the steps that are really taken are counted, and
so are the evaluations of each.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.batch_descent import BatchEndpoints, batch_descent
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.run_spec import RunSpec

SIDE = 256
STEPS = 100
ROUNDS = 3
LANDSCAPES = ("himmelblau", "rosenbrock")
RULES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("gd-backtracking", {}),
    ("gd-exact", {}),
    ("conjugate-gradient", {}),
    ("newton", {}),
    ("newton", {"line_search": "strong-wolfe"}),
    ("bfgs", {}),
    ("bfgs", {"line_search": "exact"}),
    ("l-bfgs", {}),
    ("l-bfgs", {"history_size": 10, "line_search": "strong-wolfe"}),
    ("gauss-newton", {}),
    ("levenberg-marquardt", {}),
)


def starts_on(landscape: str) -> Array:
    x, y = (np.linspace(low, high, SIDE) for low, high in landscapes.get(landscape).domain)
    return np.array(np.meshgrid(x, y)).reshape(2, -1)


def measured(landscape: str, id: str, settings: dict[str, Any]) -> tuple[float, BatchEndpoints]:
    """Return the steps per second, the best of some rounds, and where the descents end."""
    run_spec = RunSpec(landscapes.get(landscape), make(optimizers.get(id), settings))
    starts, best = starts_on(landscape), 0.0
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        ends = batch_descent(run_spec, starts, STEPS, kernels="off")
        best = max(best, ends.steps.sum() / (time.perf_counter() - begin))
    return best, ends


def main() -> None:
    for landscape in LANDSCAPES:
        adam, _ = measured(landscape, "adam", {})
        print(f"{landscape}: Adam {adam / 1e6:.1f} million point-steps a second")
        for id, settings in RULES:
            rate, ends = measured(landscape, id, settings)
            values, gradients, hessians = ends.evaluations.sum(axis=1) / ends.steps.sum()
            name = " ".join([id, *(f"{key}={value}" for key, value in settings.items())])
            print(
                f"{name:>50}: {rate / 1e6:6.2f} million, a step costs {adam / rate:5.1f} of Adam's; "
                f"it evaluates {values:.1f} losses, {gradients:.1f} gradients, {hessians:.1f} Hessians"
            )


if __name__ == "__main__":
    main()
