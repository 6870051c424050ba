"""Makes the fit that belongs to a scene: predictions at the racers' heads. Costly, so never part of `resolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.experiment.appearance import Appearance
from optexplorer.scene.fit.examples import drawn_examples
from optexplorer.scene.fit.fit_scene import FitScene, Places, RacerFit, Window
from optexplorer.scene.fit.predictions import confusion, curves, regions, surface
from optexplorer.scene.fit.windows import kind_of, window_of
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

MOVING, RESTING, FINE = 48, 96, 160
"""Points along each side of a grid: while the playhead moves, when it rests, and in files."""
MOST_PANELS = 9
"""Racers that have a panel of their own; more would be too small to be read."""

NO_DATA = Text(
    "The landscape is not made of data, so there is nothing to predict. Choose a landscape that learns from data.",
    "この地形はデータから作られたものではないので、予測するものがない。データから学習する地形を選ぶ。",
)
COMPUTING = Text("Computing …", "計算中…")
NO_RACER = Text(
    "No racer is visible: there is nothing that predicts.", "表示中の走者がないため、予測はない。"
)
DIVERGED = Text(
    "The predictions are not finite: the parameters have grown beyond all bounds.",
    "予測値が有限でなくなった。パラメータが発散している。",
)


def has_fit(landscape: Landscape) -> bool:
    """Return whether there is a fit to be shown: the landscape is made of data."""
    return isinstance(landscape, ModelLandscape)


def fit_is_shown(appearance: Appearance, landscape: Landscape) -> bool:
    """Return whether the fit is shown, or why there is none: as asked for, or else where there are data."""
    return has_fit(landscape) if appearance.fit is None else appearance.fit


def absence_of_fit(scene: Scene) -> Text:
    """Return why a scene has no fit."""
    return COMPUTING if has_fit(scene.landscape) else NO_DATA


def resolve_fit(scene: Scene, side: int = FINE, window: Window | None = None) -> FitScene | None:
    """Return what the racers of `scene` predict at its playhead; None if its landscape is not made of data.

    Parameters
    ----------
    side : the number of points along each side of a grid
    window : what the plots show; None for all data
    """
    landscape = scene.landscape
    if not isinstance(landscape, ModelLandscape):
        return None
    kind = kind_of(landscape.data)
    paths = scene.racer_paths
    spotlit = [path for path in paths if path.number == scene.appearance.spotlight]
    fit = FitScene(
        landscape,
        kind,
        scene.playhead,
        drawn_examples(landscape),
        window or window_of(landscape.data, kind),
        (),
    )
    # In a panel of its own each, the one in the spotlight stands for all.
    shown = paths if fit.shares_plot else (spotlit or paths)[:MOST_PANELS]
    lit = spotlit[0].number if spotlit else paths[0].number if len(paths) == 1 else None
    racers = tuple(_racer_fit(fit, path, side, residuals=path.number == lit) for path in shown)
    left_out = 0 if spotlit else len(paths) - len(shown)
    return replace(fit, racers=racers, left_out=left_out, lit=lit)


def _racer_fit(fit: FitScene, path: PathAtPlayhead, side: int, *, residuals: bool) -> RacerFit:
    landscape, kind = fit.landscape, fit.kind
    theta = path.trajectory.position_at(path.step)
    made: dict[str, Any] = {}
    if np.isfinite(theta).all():
        if kind in ("line", "probability"):
            found = curves(landscape, theta, fit.window, side)
            made["curves"] = found if np.isfinite(found.y).any() else None
        elif kind == "field":
            values = surface(landscape, theta, fit.window, side)
            made["surface"] = values if np.isfinite(values).any() else None
        elif kind == "regions":
            areas = regions(landscape, theta, fit.window, side)
            made["regions"] = areas if (areas.winner >= 0).any() else None
        elif kind == "confusion":
            made["confusion"] = confusion(landscape, theta)
        if kind == "scatter" or (kind == "line" and residuals):
            predicted = landscape.predict(theta, fit.examples.inputs)[:, 0]
            made["predicted"] = predicted if np.isfinite(predicted).any() else None
    known = any(part is not None for part in made.values())
    return RacerFit(
        path.number,
        path.name,
        path.colour,
        path.variant,
        path.step,
        None if known else DIVERGED,
        _batch(landscape, path),
        (path.trajectory.steps_per_epoch or 1) > 1,
        **made,
    )


def _batch(landscape: ModelLandscape, path: PathAtPlayhead) -> Places:
    """Return the places in the data of the mini-batch of the step that leaves the head."""
    # A racer that has come to its end takes no further step; while the data are being changed, a path may still be of
    # those before, whose places are others.
    over = path.ended or path.trajectory.landscape != landscape
    sample = None if over else path.trajectory.sample_at(path.step)
    if sample is None or len(sample.places) >= landscape.examples:
        return np.zeros(0, dtype=np.intp)
    return np.asarray(landscape.training_places[sample.places], dtype=np.intp)
