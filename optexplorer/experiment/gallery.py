"""The gallery of example experiments: a TOML file each in `resources/gallery`, in the order of their names.

title = { en = "Momentum overshoots", ja = "モメンタムは行き過ぎる" }
line = { en = "One sentence about it.", ja = "一文の説明。" }
view = "map"              # what its picture shows: surface, map, curve, fit, network or loss (the chart)
playhead = 40             # the step that its picture shows; without it, the last

[experiment]              # as in an experiment file; racers without a colour get one by their place
landscape = "ravine"

[[experiment.racers]]
optimizer = { id = "momentum", lr = 0.02 }
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from optexplorer.bounded_input import load_toml
from optexplorer.catalogue import Catalogue, files_in
from optexplorer.experiment.experiment import Experiment
from optexplorer.resource_files import resources
from optexplorer.text import Text


class Entry(BaseModel):
    """One experiment of the gallery."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str
    title: Text
    line: Text
    view: Literal["surface", "map", "curve", "fit", "network", "loss"]
    playhead: int | None = Field(None, ge=0)
    experiment: Experiment


def _load(id: str, path: Path) -> Entry:
    table = load_toml(path.read_text(encoding="utf-8"))
    texts = {name: Text(**table[name]) for name in ("title", "line")}
    return Entry.model_validate({**table, **texts, "id": id})


CATALOGUE: Catalogue[Entry] = Catalogue(
    "gallery entry", lambda: files_in(resources() / "gallery", ".toml"), _load
)
"""The entries by the names of their files, in order."""


def entries() -> tuple[Entry, ...]:
    """Return all entries, in their order.

    Raises
    ------
    pydantic.ValidationError
        If a file is wrong.
    """
    return tuple(CATALOGUE)
