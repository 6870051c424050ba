"""Experiments that are worth seeing: a TOML file each in `resources/gallery`, in the order of their names.

title = { en = "Momentum overshoots", ja = "モメンタムは行き過ぎる" }
line = { en = "One sentence about it.", ja = "一文の説明。" }
view = "map"              # what its picture shows: surface, map or curve
playhead = 40             # the step that its picture shows; without it, the last

[experiment]              # as in an experiment file; racers without a colour get one by their place
landscape = "ravine"

[[experiment.racers]]
optimizer = "momentum"
lr = 0.02
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from optexplorer import catalogue
from optexplorer.experiment.default_experiment import RACE_COLOURS
from optexplorer.experiment.experiment import Experiment
from optexplorer.resource_files import resources
from optexplorer.text import Text


class Entry(BaseModel):
    """One experiment of the gallery."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str
    title: Text
    line: Text
    view: Literal["surface", "map", "curve"]
    playhead: int | None = Field(None, ge=0)
    experiment: Experiment


@cache
def entries() -> tuple[Entry, ...]:
    """Return all entries, in their order.

    Raises
    ------
    pydantic.ValidationError
        If a file is wrong.
    """
    folder = resources() / "gallery"
    return tuple(
        _entry(stem, tomllib.loads((folder / f"{stem}.toml").read_text(encoding="utf-8")))
        for stem in catalogue.files_in(folder, ".toml")
    )


def _entry(id: str, table: dict[str, Any]) -> Entry:
    experiment = dict(table["experiment"])
    experiment["racers"] = [
        {"colour": RACE_COLOURS[place % len(RACE_COLOURS)], "stream": place, **racer}
        for place, racer in enumerate(experiment.get("racers", []))
    ]
    texts = {name: Text(**table[name]) for name in ("title", "line")}
    return Entry.model_validate({**table, **texts, "id": id, "experiment": experiment})
