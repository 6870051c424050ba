"""What the gallery's pictures are made of."""

from __future__ import annotations

import pytest

from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.gallery import entries
from optexplorer.gui.workers import thumbnails
from optexplorer.gui.workers.thumbnails import Wanted
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute


@pytest.mark.parametrize(("view", "sampled"), [("fit", False), ("map", True)])
def test_the_plane_of_a_network_is_sampled_only_where_it_is_seen(
    view: str, sampled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Computed] = []

    def watched(experiment: Experiment, *rest: object) -> Computed:
        made.append(compute(experiment, *rest))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(thumbnails, "compute", watched)
    entry = next(entry for entry in entries() if entry.id == "24-xor-network")
    short = entry.experiment.evolve(steps=5)
    image = Wanted("a", short, view, None, 252, 158, 1.0, Style()).image(lambda: False)  # type: ignore[arg-type]
    assert not image.isNull()
    assert (made[0].samples is not None) == sampled
