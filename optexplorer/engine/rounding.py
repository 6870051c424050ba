"""Tests whether a path depends on rounding: repeats the descent from starts that differ in the last digits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.scales import domain_size

Array = NDArray[np.float64]

MOVE = 1e-13
"""By how much the start is moved, as a share of the size of the domain."""
APART = 1e-9
"""How far apart paths count as different, as a share of the size of the domain."""


def rounding_sensitivity(
    run_spec: RunSpec,
    start: tuple[float, ...] | Array,
    steps: int,
    *,
    directions: int = 4,
    apart: float = APART,
) -> int | None:
    """Return the first step at which the path depends on rounding, or None if none does.

    The path is compared with those from starts that are moved by `MOVE` times the size of the domain, which is more
    than a step is rounded by. From the step on at which one of them is further away than `apart` times the size of the
    domain (or than this share of the coordinates, where they are larger), another processor or library may show
    another path.

    Parameters
    ----------
    start : shape (n,)
    steps : the number of steps that the descent is given
    directions : how many other starts are tried: along the coordinates in turn, both ways, then in fixed random
        directions
    apart : how far away counts, as a share of the size of the domain
    """
    end = StoppingCriteria(converge=False, escape=math.inf)
    x = np.array(start, dtype=np.float64)
    size = domain_size(run_spec.landscape)
    path = trajectory(run_spec, x, steps, end=end)
    first: int | None = None
    for direction in _directions(x.size, directions):
        # A start that is large beside the domain must move by more than its own last bit.
        length = max(MOVE * size, 10 * MOVE * float(np.abs(x).max()))
        other = trajectory(run_spec, x + length * direction, steps, end=end)
        rows = range(min(path.steps, other.steps) + 1)
        ours, theirs = path.positions(rows), other.positions(rows)
        with np.errstate(all="ignore"):
            far = np.abs(ours - theirs).max(axis=1) > apart * np.maximum(size, np.abs(ours).max(axis=1))
        found = np.flatnonzero(far)
        # Paths that end apart, as where a number overflows, differ at the end at the latest.
        step = int(found[0]) if found.size else len(rows) if path.steps != other.steps else None
        if step is not None:
            first = step if first is None else min(first, step)
    return first


def _directions(n: int, count: int) -> list[Array]:
    """Return `count` unit vectors of shape (n,)."""
    along = [sign * unit for unit in np.eye(n)[: (count + 1) // 2] for sign in (1.0, -1.0)]
    random = np.random.default_rng(0).normal(size=(max(0, count - len(along)), n))
    return [*along, *(random / np.linalg.norm(random, axis=1, keepdims=True))][:count]
