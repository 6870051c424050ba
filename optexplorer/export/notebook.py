"""Landscapes, trajectories and experiments as notebooks show them: a few facts and a picture, without a window."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import PictureFormat
from optexplorer.export.pictures import Sheet, picture, text_size
from optexplorer.notebook_repr import ReprFormat
from optexplorer.painting.figure import Figure, FigurePart, usual_part
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.geometry.surface_path import project_to_surface
from optexplorer.scene.palette import RACER_COLOURS
from optexplorer.scene.samples.landscape_samples import sample_landscape
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

WIDTH, HEIGHT = 760, 380
_SHARPNESS = 2.0
"""Pixels of a PNG per pixel on the page, for screens with a high resolution."""


def shown(value: object, kind: ReprFormat) -> Any:
    """Return what a notebook shows of a landscape, trajectory or experiment; None of a picture that cannot be.

    Text for "html" and "svg", bytes for "png". A landscape of more coordinates has no picture, its trajectories only a chart.
    """
    if kind == "html":
        return _html(value)
    data = _picture(value, kind)
    return data.decode() if data is not None and kind == "svg" else data


def _html(value: object) -> str:
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
        for name, text in _facts(value)
    )
    data = _picture(value, "png")
    image = ""
    if data is not None:
        packed = base64.b64encode(data).decode()
        image = f"<img width='{WIDTH}' height='{HEIGHT}' alt='' src='data:image/png;base64,{packed}'>"
    return f"<div>{image}<table>{rows}</table></div>"


def _facts(value: object) -> list[tuple[str, str]]:
    """Return names and values of what is worth knowing."""
    if isinstance(value, Experiment):
        landscape = value.resolve_landscape()
        racers = ", ".join(f"{r.optimizer.title.en} (lr {r.optimizer.lr:g})" for r in value.racers)
        return [
            ("Landscape", landscape.name.en or landscape.id),
            ("Start", _point(value.start)),
            ("Steps", str(value.steps)),
            ("Racers", racers or "none"),
        ]
    if isinstance(value, Trajectory):
        return [
            ("Outcome", value.outcome().en),
            ("Start", _point(value.position_at(0))),
            ("End", _point(value.position_at(value.steps))),
            ("Loss", f"{value.loss[0]:.6g} → {value.loss[-1]:.6g}"),
        ]
    assert isinstance(value, Landscape)
    domain = zip(value.variables, value.domain, strict=True)
    minima = "; ".join(f"{m.value:.6g} at {_point(m.position)}" for m in value.minima[:4])
    return [
        ("Landscape", value.name.en or value.id),
        ("Domain", ", ".join(f"{low:g} ≤ {name} ≤ {high:g}" for name, (low, high) in domain)),
        ("Minima", minima or "not known"),
    ]


def _point(coordinates: Any) -> str:
    return f"({', '.join(f'{coordinate:.6g}' for coordinate in coordinates)})"


@lru_cache(maxsize=16)
def _picture(value: object, kind: PictureFormat) -> bytes | None:
    landscape = _landscape(value)
    if landscape is None:
        return None
    with painting() as possible:
        if not possible:
            return None
        scene = _scene(value, landscape)
        if scene.samples is None and not scene.racer_paths:
            return None
        figure = Figure(_parts(scene), legend=len(scene.racer_paths) > 1)
        scale = 1.0 if kind == "svg" else _SHARPNESS
        style = Style(text_size=text_size(WIDTH, HEIGHT, 2) * 1.15)
        return picture(scene, figure, Sheet(WIDTH, HEIGHT, scale), style, kind)


def _parts(scene: Scene) -> tuple[FigurePart, ...]:
    """Return the views of the picture: with racers, one of the landscape beside the chart of their losses."""
    usual = usual_part(scene.picture)
    if scene.racer_paths:
        return ("loss",) if usual == "loss" else (usual, "loss")
    return ("surface", "map") if usual == "map" else (usual,)


def _landscape(value: object) -> Landscape | None:
    if isinstance(value, Experiment):
        return value.resolve_landscape()
    return value.landscape if isinstance(value, Trajectory) else value  # type: ignore[return-value]


def _scene(value: object, landscape: Landscape) -> Scene:
    if isinstance(value, Experiment):
        return compute(value).scene()
    view = ComputationView()
    samples = sample_landscape(landscape, view)
    if not isinstance(value, Trajectory):
        return Scene(samples, (), landscape.start, 0, 0, view, whole=landscape)
    path = project_to_surface(samples, value) if isinstance(samples, SurfaceSamples) else None
    racer_path = PathAtPlayhead(0, Text("", ""), RACER_COLOURS[0], value, path, value.steps)
    start = tuple(value.position_at(0).tolist())
    return Scene(samples, (racer_path,), start, value.steps, value.steps, view, whole=landscape)


@contextmanager
def painting() -> Iterator[bool]:
    """Let Qt paint without a display, and tell whether it can; nothing of it stays in the notebook's process."""
    present = QCoreApplication.instance()
    if present is not None:
        yield isinstance(present, QGuiApplication)
        return
    application = QGuiApplication(["optexplorer", "-platform", "offscreen"])
    try:
        yield True
    finally:
        application.shutdown()
