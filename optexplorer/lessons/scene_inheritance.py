"""Resolves the scenes of a lesson: each says only what changes from the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.network.predictor import NetworkPredictor
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.migrations import current_shape
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.lessons.lesson import Presentation
from optexplorer.lessons.toml_block import LessonError, TomlBlock
from optexplorer.lessons.toml_validation import check_keys, validated

_FOR_ONE_SCENE = ("watch", "play_to", "playhead")


class PreviousScenes:
    """What the scenes so far have set.

    Attributes
    ----------
    settings : fields of the experiment
    shown : fields of the presentation
    experiment : that of the last scene, or None before the first
    last : the step at which the last scene leaves the playhead
    """

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.shown: dict[str, Any] = {}
        self.experiment: Experiment | None = None
        self.last = 0


def resolved_scene(block: TomlBlock, previous: PreviousScenes) -> tuple[Experiment, Presentation]:
    """Return the experiment of a scene and how it is shown, and remember both for the next.

    Raises
    ------
    LessonError
        If its block is wrong.
    """
    check_keys(block, Experiment, Presentation)
    experiment = _experiment(block, previous)
    presentation = _presentation(block, previous, experiment)
    previous.experiment, previous.last = experiment, presentation.last
    return experiment, presentation


def _experiment(block: TomlBlock, previous: PreviousScenes) -> Experiment:
    # Lessons name no version: those written for earlier ones are read as well.
    given = current_shape(
        {key: value for key, value in block.table.items() if key in Experiment.model_fields}
    )
    settings = previous.settings
    if "landscape" not in {**settings, **given}:
        raise LessonError("the first scene needs a ```toml experiment block with a landscape", block.line)
    if given.get("landscape", settings.get("landscape")) != settings.get("landscape"):
        settings = _without_places(settings)
    settings = _merged(settings, given)
    experiment = validated(Experiment, block, settings)
    previous.settings = settings
    return experiment


def _without_places(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without what belonged to the landscape before: starts, and the part of it that was seen."""
    kept = _without(settings, "start")
    kept["racers"] = [_without(racer, "start") for racer in settings.get("racers", [])]
    kept["view"] = _without(settings.get("view", {}), "plane", "window", "interval")
    return kept


def _without(table: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys}


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return `old` with the keys of `new`; the tables `view`, `appearance` and `camera` key by key."""
    merged = {**old, **new}
    for key in ("view", "appearance", "camera"):
        if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            merged[key] = _merged(old[key], new[key])
    return merged


def _is_network(landscape: Landscape) -> bool:
    return isinstance(landscape, ModelLandscape) and isinstance(landscape.predictor, NetworkPredictor)


def _presentation(block: TomlBlock, previous: PreviousScenes, experiment: Experiment) -> Presentation:
    given = {key: value for key, value in block.table.items() if key in Presentation.model_fields}
    dimension = _drawn_coordinates(experiment)
    kept = {key: value for key, value in previous.shown.items() if key not in _FOR_ONE_SCENE}
    before = previous.experiment
    if before is None or _drawn_coordinates(before) != dimension:
        kept["views"] = ["curve", "chart"] if dimension == 1 else ["surface", "map", "chart"]
    for key in ("hidden", "locked"):
        kept[key] = [mark for mark in kept.get(key, []) if _racer_of(mark) <= len(experiment.racers)]
    same_paths = before is not None and (
        before.evolve(racers=(), view={})
        == experiment.evolve(racers=(), view={}, appearance=before.appearance)
        and before.racers == experiment.racers
    )
    kept["playhead"] = previous.last if same_paths else 0
    presentation = validated(Presentation, block, {**kept, **given})
    for view in presentation.views:
        if (view == "curve") != (dimension == 1) and view in ("curve", "surface", "map"):
            right = "curve" if dimension == 1 else "surface or map"
            raise block.error(
                f"the view '{view}' cannot show {dimension} coordinate(s); use {right}", ("views",)
            )
        if view == "network" and not _is_network(experiment.resolve_landscape()):
            raise block.error(
                "the view 'network' needs the landscape of a network, such as an mlp", ("views",)
            )
    if "fit" in presentation.views and experiment.resolve_landscape().examples == 0:
        raise block.error(
            "the view 'fit' needs a landscape of a model and data; this one has no data", ("views",)
        )
    for key in ("playhead", "play_to"):
        step = getattr(presentation, key)
        if step is not None and step > experiment.steps:
            raise block.error(
                f"{key} = {step} is not allowed; the experiment has {experiment.steps} steps", (key,)
            )
    if presentation.last < presentation.playhead:
        raise block.error(
            f"play_to = {presentation.play_to} is not allowed; the playhead is at {presentation.playhead}",
            ("play_to",),
        )
    for key in ("watch", "hidden", "locked"):
        for mark in getattr(presentation, key):
            if _racer_of(mark) > len(experiment.racers):
                raise block.error(
                    f"there is no {mark}; the scene has {len(experiment.racers)} racer(s)", (key,)
                )
    previous.shown = {**kept, **given}
    return presentation


def _drawn_coordinates(experiment: Experiment) -> int:
    """Return how many coordinates are drawn: the landscape's own, or those along the directions of the view's plane."""
    plane = experiment.view.plane
    if plane is None:
        return experiment.resolve_landscape().dimension
    return plane.directions if isinstance(plane, PlaneRule) else len(plane.directions)


def _racer_of(mark: object) -> int:
    """Return the number of the racer that a mark means, or 0."""
    kind, _, number = str(mark).partition(":")
    return int(number) if kind == "racer" and number.isdecimal() and len(number) < 9 else 0
