"""Writes second_order.json: methods with directions and line searches, by NumPy's, SciPy's and PyTorch's parts.

Derivatives come from JAX, eigenvalues and least squares from LAPACK, the matrix of BFGS and the roots of exact line
searches from SciPy, strong Wolfe steps from PyTorch. Made with torch 2.13.0, jax 0.10.2, scipy 1.17.1 and
numpy 2.4.6: `python make_second_order.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import scipy.optimize
import scipy.sparse.linalg
import torch
from torch.optim.lbfgs import _strong_wolfe

jax.config.update("jax_enable_x64", True)

STARTS = {"rosenbrock": [-1.2, 1.0], "himmelblau": [0.5, -1.5], "booth": [-4.0, 6.0]}
Array = Any


def residuals(landscape: str, p: Array) -> Array:
    x, y = p
    if landscape == "rosenbrock":
        return jnp.array([1 - x, 10 * (y - x**2)])
    if landscape == "himmelblau":
        return jnp.array([x**2 + y - 11, x + y**2 - 7])
    return jnp.array([x + 2 * y - 7, 2 * x + y - 5])


class Objective:
    """A landscape and its derivatives at a point, as NumPy has them."""

    def __init__(self, name: str) -> None:
        def loss(p: Array) -> Array:
            return jnp.sum(residuals(name, p) ** 2)

        self.name = name
        self._loss, self._slope, self._hessian = (
            jax.jit(loss),
            jax.jit(jax.grad(loss)),
            jax.jit(jax.hessian(loss)),
        )
        self._residuals = jax.jit(lambda p: residuals(name, p))
        self._jacobian = jax.jit(jax.jacobian(lambda p: residuals(name, p)))

    def loss(self, p: Array) -> float:
        return float(self._loss(p))

    def slope(self, p: Array) -> Array:
        return np.array(self._slope(p))

    def hessian(self, p: Array) -> Array:
        return np.array(self._hessian(p))

    def residuals(self, p: Array) -> Array:
        return np.array(self._residuals(p))

    def jacobian(self, p: Array) -> Array:
        return np.array(self._jacobian(p))


def armijo(objective: Objective, x: Array, p: Array, first: float, c1: float = 1e-4) -> float:
    loss, slope = objective.loss(x), objective.slope(x) @ p
    while objective.loss(x + first * p) > loss + c1 * first * slope:
        first /= 2
    return first


def exact(objective: Objective, x: Array, p: Array, first: float) -> float:
    """Return where the slope along `p` first turns between doublings of `first`."""

    def bend(t: float) -> float:
        return float(objective.slope(x + t * p) @ p)

    low, high = 0.0, first
    while bend(high) < 0:
        low, high = high, 2 * high
    return scipy.optimize.brentq(bend, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps, maxiter=500)


def wolfe(objective: Objective, x: Array, p: Array, first: float, c2: float) -> float:
    def at(x: Any, t: float, d: Any) -> tuple[float, Any]:
        moved = (x + t * d).numpy()
        return objective.loss(moved), torch.tensor(objective.slope(moved))

    slope = torch.tensor(objective.slope(x))
    direction = torch.tensor(p)
    _, _, length, _ = _strong_wolfe(
        at, torch.tensor(x), first, direction, objective.loss(x), slope, slope.dot(direction), c1=1e-4, c2=c2
    )
    return float(length)


def first_length(slope: Array) -> float:
    return min(1.0, 1.0 / float(np.abs(slope).sum()))


def newton(
    objective: Objective, x: Array, steps: int, lr: float, search: bool, absolute: bool
) -> list[Array]:
    rows = [x]
    for _ in range(steps):
        slope, hessian = objective.slope(x), objective.hessian(x)
        if absolute:
            values, vectors = np.linalg.eigh(hessian)
            p = -vectors @ ((vectors.T @ slope) / np.abs(values))
        else:
            p = -np.linalg.solve(hessian, slope)
        x = x + (armijo(objective, x, p, lr) if search else lr) * p
        rows.append(x)
    return rows


def bfgs(objective: Objective, x: Array, steps: int, lr: float, search: bool) -> list[Array]:
    rows, inverse = [x], scipy.optimize.BFGS()
    inverse.initialize(len(x), "inv_hess")
    for k in range(steps):
        slope = objective.slope(x)
        p = -inverse.get_matrix() @ slope if k else -slope
        first = lr if k else first_length(slope) * lr
        moved = x + (wolfe(objective, x, p, first, 0.9) if search else first) * p
        inverse.update(moved - x, objective.slope(moved) - slope)
        x = moved
        rows.append(x)
    return rows


def conjugate(objective: Objective, x: Array, steps: int) -> list[Array]:
    rows: list[Array] = [x]
    before = p = None
    reach = 0.0
    for _ in range(steps):
        slope = objective.slope(x)
        if before is None or p is None:
            p, first = -slope, first_length(slope)
        else:
            p = max(0.0, slope @ (slope - before) / (before @ before)) * p - slope
            if slope @ p >= 0:
                p = -slope
            first = reach / (slope @ p)
        length = wolfe(objective, x, p, first, 0.1)
        reach, before = length * (slope @ p), slope
        x = x + length * p
        rows.append(x)
    return rows


def linear_conjugate(objective: Objective, x: Array, steps: int) -> list[Array]:
    rows = [x]
    hessian = objective.hessian(x)
    target = hessian @ x - objective.slope(x)
    scipy.sparse.linalg.cg(
        hessian, target, x0=x, rtol=0, atol=0, maxiter=steps, callback=lambda at: rows.append(at.copy())
    )
    return rows


def gauss_newton(objective: Objective, x: Array, steps: int, lr: float, search: bool) -> list[Array]:
    rows = [x]
    for _ in range(steps):
        p = np.linalg.lstsq(objective.jacobian(x), -objective.residuals(x), rcond=None)[0]
        x = x + (armijo(objective, x, p, lr) if search else lr) * p
        rows.append(x)
    return rows


def marquardt(
    objective: Objective, x: Array, steps: int, damping: float, factor: float, scaled: bool
) -> list[Array]:
    rows = [x]
    for _ in range(steps):
        jacobian, r = objective.jacobian(x), objective.residuals(x)
        scales = np.sqrt((jacobian**2).sum(axis=0)) if scaled else np.ones(len(x))
        while True:
            matrix = np.vstack([jacobian, np.sqrt(damping) * np.diag(scales)])
            p = np.linalg.lstsq(matrix, np.concatenate([-r, np.zeros(len(x))]), rcond=None)[0]
            if objective.loss(x + p) <= objective.loss(x):
                break
            damping *= factor
        damping /= factor
        x = x + p
        rows.append(x)
    return rows


def steepest(objective: Objective, x: Array, steps: int, lr: float) -> list[Array]:
    rows = [x]
    for _ in range(steps):
        slope = objective.slope(x)
        x = x - exact(objective, x, -slope, lr) * slope
        rows.append(x)
    return rows


ALL = tuple(STARTS)
CURVED = ("rosenbrock", "himmelblau")
# Steps end before the differences from step to step drown in the rounding of the loss.
CASES: list[tuple[str, dict[str, Any], tuple[str, ...], Callable[[Objective, Array], list[Array]]]] = [
    ("newton", {}, CURVED, lambda g, x: newton(g, x, 8, 1.0, True, True)),
    ("newton", {"lr": 0.5, "line_search": "none"}, ALL, lambda g, x: newton(g, x, 20, 0.5, False, True)),
    (
        "newton",
        {"line_search": "none", "indefinite": "attracted"},
        CURVED,
        lambda g, x: newton(g, x, 6, 1.0, False, False),
    ),
    ("bfgs", {}, CURVED, lambda g, x: bfgs(g, x, 9, 1.0, True)),
    # Not on Himmelblau: where the curvature is negative at first, SciPy takes its size for the first guess.
    (
        "bfgs",
        {"lr": 0.2, "line_search": "none"},
        ("rosenbrock", "booth"),
        lambda g, x: bfgs(g, x, 20, 0.2, False),
    ),
    ("conjugate-gradient", {}, CURVED, lambda g, x: conjugate(g, x, 9)),
    ("conjugate-gradient", {"line_search": "exact"}, ("booth",), lambda g, x: linear_conjugate(g, x, 2)),
    ("gauss-newton", {}, CURVED, lambda g, x: gauss_newton(g, x, 7, 1.0, True)),
    (
        "gauss-newton",
        {"lr": 0.3, "line_search": "none"},
        ALL,
        lambda g, x: gauss_newton(g, x, 20, 0.3, False),
    ),
    ("levenberg-marquardt", {}, CURVED, lambda g, x: marquardt(g, x, 7, 1e-3, 10.0, False)),
    (
        "levenberg-marquardt",
        {"damping": 5.0, "factor": 3.0, "scaling": "diagonal"},
        ALL,
        lambda g, x: marquardt(g, x, 7, 5.0, 3.0, True),
    ),
    ("gd-exact", {"lr": 1e-3}, ALL, lambda g, x: steepest(g, x, 10, 1e-3)),
]


def main() -> None:
    cases = []
    for id, settings, names, run in CASES:
        for landscape in names:
            start = STARTS[landscape]
            rows = run(Objective(landscape), np.array(start))
            x = [[float(f"{value:.13g}") for value in row] for row in rows]
            cases.append(
                {"optimizer": id, "settings": settings, "landscape": landscape, "start": start, "x": x}
            )
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    Path(__file__).with_name("second_order.json").write_text(
        f'{{"source": "float64; see make_second_order.py",\n"cases": [\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
