"""Predictions of one point in parameter space: over the plane of the data, and of the examples themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.scene.fit.fit_scene import Confusion, Curves, Regions, Window, WorstExample

Array = NDArray[np.float64]

CURVE = 4
"""Points of a curve for each point along a side of a grid: they cost little."""
WORST = 12
"""How many of the worst examples are kept."""


def curves(landscape: ModelLandscape, theta: Array, window: Window, side: int) -> Curves:
    """Return the predictions over the one feature: of two classes the probability of the second alone."""
    x = np.linspace(window[0], window[1], CURVE * side + 1)
    y = landscape.predict(theta, x[:, np.newaxis])
    if landscape.data.task == "classification" and y.shape[1] == 2:
        y = y[:, 1:]
    return Curves(x, np.where(np.isfinite(y), y, np.nan))


def surface(landscape: ModelLandscape, theta: Array, window: Window, side: int) -> Array:
    """Return the numbers predicted on a grid of `side` × `side` points over two features; NaN if not finite."""
    _, _, inputs = _grid(window, side)
    z = landscape.predict(theta, inputs)[:, 0].reshape(side, side)
    return np.where(np.isfinite(z), z, np.nan)


def regions(landscape: ModelLandscape, theta: Array, window: Window, side: int) -> Regions:
    """Return the classes predicted on a grid of `side` × `side` points over two features."""
    x, y, inputs = _grid(window, side)
    p = landscape.predict(theta, inputs)
    known: NDArray[np.bool_] = np.isfinite(p).all(axis=-1).reshape(-1)
    p = np.where(known[:, np.newaxis], p, 0.0)
    classes = p.shape[1]
    winner = np.where(known, p.argmax(axis=1), -1).astype(np.int16)
    even = 1 / classes
    sureness = np.clip((p.max(axis=1) - even) / (1 - even), 0.0, 1.0)
    present = np.unique(winner[winner >= 0]).tolist()
    lines: list[Array] = []
    # Two classes have one boundary between them, not one for each.
    for k in present[:1] if classes == 2 else present:
        lead = p[:, k] - np.delete(p, k, axis=1).max(axis=1)
        lead = np.where(known, lead, np.nan).reshape(side, side)
        lines += _zero_lines(x, y, lead)
    return Regions(winner.reshape(side, side), sureness.reshape(side, side), tuple(lines))


def _zero_lines(x: Array, y: Array, z: Array) -> list[Array]:
    from contourpy import contour_generator

    if not (np.nanmin(z, initial=np.inf) < 0 < np.nanmax(z, initial=-np.inf)):
        return []
    lines = contour_generator(x, y, np.ma.masked_invalid(z)).lines(0.0)
    return [np.asarray(line, dtype=np.float64) for line in lines]


def _grid(window: Window, side: int) -> tuple[Array, Array, Array]:
    """Return the coordinates along both sides of a grid, and all its points, shape (side², 2), row by row."""
    x, y = np.linspace(window[0], window[1], side), np.linspace(window[2], window[3], side)
    across, up = np.meshgrid(x, y)
    return x, y, np.column_stack([across.ravel(), up.ravel()])


def confusion(landscape: ModelLandscape, theta: Array) -> Confusion | None:
    """Return how the classes of all examples are taken; None if no prediction is finite."""
    data = landscape.data
    p = landscape.predict(theta, data.inputs)
    if not np.isfinite(p).all():
        return None
    predicted, true = p.argmax(axis=1), data.targets.astype(np.intp)
    classes = max(len(data.classes), p.shape[1])
    kept = np.zeros(data.examples, dtype=bool)
    kept[landscape.held_out_places] = True

    def counts(of: NDArray[np.bool_]) -> NDArray[np.int64]:
        cells = true[of] * classes + predicted[of]
        return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)

    chance = p[np.arange(data.examples), true]
    with np.errstate(divide="ignore"):
        losses = -np.log(chance)
    # Of equal losses the first, so that the same examples stay.
    worst = np.argsort(-losses, kind="stable")[:WORST].tolist()
    return Confusion(
        counts(~kept),
        counts(kept) if landscape.held_out is not None else None,
        tuple(
            WorstExample(i, int(true[i]), int(predicted[i]), float(losses[i]), bool(kept[i])) for i in worst
        ),
    )
