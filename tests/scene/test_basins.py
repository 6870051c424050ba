"""What pictures show of basin maps: whose, on what part, in which words and colours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.attractors import DIVERGED, RAN_OUT
from optexplorer.experiment.experiment import Experiment
from optexplorer.runs.basins import basin_map, empty_map, refined
from optexplorer.scene.basin_colours import (
    BASIN_COLOURS,
    basin_colour,
    cell_colours,
    is_striped,
    step_darkness,
    surface_overlay,
)
from optexplorer.scene.basins import (
    BasinMaker,
    BasinPicture,
    absence_of_basins,
    basin_picture,
    basin_racer,
    basin_spec,
)
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.palette import DARK, LIGHT, RACER_COLOURS, rgb
from optexplorer.text import Text


def experiment(landscape: str = "himmelblau", lr: float = 0.01, **fields: Any) -> Experiment:
    appearance = {"basins": True, **fields.pop("appearance", {})}
    racers = fields.pop("racers", [{"optimizer": {"id": "gd", "lr": lr}}, {"optimizer": "adam"}])
    return Experiment(landscape=landscape, racers=racers, appearance=appearance, **fields)


@pytest.fixture(scope="module")
def computed() -> Computed:
    return compute(experiment())


def picture_of(computed: Computed, side: int = 32) -> BasinPicture:
    spec = basin_spec(computed.experiment, computed.samples, side)
    assert spec is not None
    picture = basin_picture(computed.experiment, computed.samples, basin_map(spec))
    assert picture is not None
    return picture


def test_whose_basins_are_shown() -> None:
    assert basin_racer(experiment()) == 0
    assert basin_racer(experiment(appearance={"spotlight": 1})) == 1
    assert basin_racer(experiment(appearance={"spotlight": 1, "basin_racer": 0})) == 0
    # A racer that is gone leaves the choice to the others.
    assert basin_racer(experiment(appearance={"basin_racer": 7})) == 0
    hidden = [{"optimizer": "gd", "visible": False}, {"optimizer": "adam"}]
    assert basin_racer(experiment(racers=hidden)) == 1
    assert basin_racer(experiment(racers=[])) is None


def test_what_is_computed(computed: Computed) -> None:
    spec = basin_spec(computed.experiment, computed.samples, 100)
    assert spec is not None
    assert (spec.rows, spec.columns) == (96, 96)
    assert spec.window == ((-6.0, 6.0), (-6.0, 6.0))
    assert spec.steps == 200
    wide = compute(experiment("ravine"))
    spec = basin_spec(wide.experiment, wide.samples, 256)
    assert spec is not None
    assert (spec.rows, spec.columns) == (128, 256)
    off = computed.with_appearance(computed.experiment.appearance.evolve(basins=False))
    assert basin_spec(off.experiment, off.samples) is None
    curve = compute(experiment("double-well-1d"))
    assert basin_spec(curve.experiment, curve.samples) is None
    assert absence_of_basins(curve.experiment, curve.picture) is not None
    assert absence_of_basins(computed.experiment, computed.picture) is None
    assert absence_of_basins(experiment(racers=[]), "surface") is not None


def test_a_map_of_another_setting_is_stale_and_one_of_another_landscape_is_not_shown(
    computed: Computed,
) -> None:
    spec = basin_spec(computed.experiment, computed.samples, 8)
    assert spec is not None
    found = basin_map(spec)
    faster = experiment(lr=0.02)
    stale = basin_picture(faster, computed.samples, found)
    assert stale is not None
    assert stale.stale
    patient = basin_picture(faster, computed.samples, found, late=False)
    assert patient is not None
    assert not patient.stale
    fresh = basin_picture(computed.experiment, computed.samples, found)
    assert fresh is not None
    assert not fresh.stale
    assert fresh.name.en == "Gradient descent"
    other = compute(experiment("rastrigin"))
    assert basin_picture(other.experiment, other.samples, found) is None
    assert basin_picture(computed.experiment, computed.samples, empty_map(spec)) is None
    assert computed.resolved(0, basins=found).basins is not None
    assert (
        computed.with_appearance(computed.experiment.appearance.evolve(basins=False))
        .resolved(0, basins=found)
        .basins
        is None
    )


def test_the_lines_of_the_legend(computed: Computed) -> None:
    entries = picture_of(computed).entries(10)
    assert [entry.label for entry in entries] == [0, 1, 2, 3]
    assert [entry.text.en for entry in entries] == [
        "(3.00, 2.00)",
        "(−2.81, 3.13)",
        "(−3.78, −3.28)",
        "(3.58, −1.85)",
    ]
    assert sum(entry.share for entry in entries) == pytest.approx(1.0)
    assert all(entry.lowest and entry.steps for entry in entries)
    few = picture_of(computed).entries(2)
    assert [entry.label for entry in few][-1] is None
    assert few[-1].text.en == "3 other minima"
    assert sum(entry.share for entry in few) == pytest.approx(1.0)


def test_what_is_no_minimum_is_told_in_words() -> None:
    hasty = picture_of(compute(experiment(lr=0.025, steps=8)))
    labels = {entry.label: entry for entry in hasty.entries(10)}
    assert labels[DIVERGED].text.en == "diverged"
    assert labels[RAN_OUT].text.ja == "ステップ切れ"
    outcome = hasty.outcome_at((5.9, 5.9))
    assert outcome is not None
    assert outcome.en == "diverged"
    assert hasty.outcome_at((50.0, 0.0)) is None


def test_what_is_reached_from_a_point(computed: Computed) -> None:
    outcome = picture_of(computed).outcome_at((3.0, 2.0))
    assert outcome is not None
    assert outcome.en.startswith("→ 1, ")
    assert outcome.en.endswith(" steps")


def test_on_a_plane_minima_have_places_only_if_they_lie_on_it() -> None:
    plane = {"origin": [0.4, 0.7, -0.3, 0.6], "directions": [[1, 0, 0, 0], [0, 1, 0, 0]]}
    found = compute(
        Experiment(
            landscape="matrix-factorisation", racers=[{"optimizer": {"id": "gd", "lr": 0.1}}], steps=800,
            view={"plane": plane}, appearance={"basins": True},
        )
    )  # fmt: skip
    picture = picture_of(found, 8)
    assert np.isnan(picture.places).all()
    assert picture.entries(3)[0].text.en.startswith("loss ")


def test_the_maker_keeps_its_last_map(computed: Computed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optexplorer.scene.basins.SIDE", 16)
    maker = BasinMaker()
    first = maker.map_of(computed.experiment, computed.samples)
    assert first is not None
    assert first.complete
    assert maker.map_of(computed.experiment.evolve(steps=200), computed.samples) is first
    assert maker.map_of(experiment(lr=0.02), computed.samples) is not first
    assert computed.scene(3).basins is not None


def test_colours_tell_minima_apart_and_steps_darken_them(computed: Computed) -> None:
    picture = picture_of(computed)
    labels, steps = picture.map.blocks
    for theme in (LIGHT, DARK):
        colours, hatch = cell_colours(picture, theme)
        assert not hatch.any()
        darkness = step_darkness(labels, steps)
        for label in range(4):
            chosen = labels == label
            expected = [basin_colour(label, theme.name, part) for part in darkness[chosen].tolist()]
            np.testing.assert_allclose(colours[chosen], expected)
        assert sum(basin_colour(0, theme.name, 1.0)) < 0.7 * sum(basin_colour(0, theme.name))
        assert darkness.min() == 0
        assert darkness.max() == 1
    # Even the paler second round differs from the first, and none is a racer's colour.
    assert basin_colour(0, "light") != basin_colour(len(BASIN_COLOURS), "light")
    for colour in BASIN_COLOURS:
        away = [np.abs(np.array(rgb(colour)) - np.array(rgb(other))).max() for other in RACER_COLOURS]
        assert min(away) > 20


def test_hatching_is_of_its_own_for_each_reason() -> None:
    rows, columns = np.arange(24)[:, np.newaxis], np.arange(24)
    grids = [is_striped(np.full((24, 24), code, dtype=np.uint8), rows, columns, 6, 2) for code in range(4)]
    assert not grids[0].any()
    for grid in grids[1:]:
        assert 0.1 < grid.mean() < 0.5
    assert not np.array_equal(grids[1], grids[2])
    np.testing.assert_array_equal(grids[1][:, ::-1].sum(), grids[2].sum())


def test_the_surface_wears_the_colours_of_the_map(computed: Computed) -> None:
    picture = picture_of(computed)
    overlay = surface_overlay(picture, computed.resolved().surface, LIGHT, 0.8)
    assert overlay is not None
    assert overlay.colours.shape == (161, 161, 3)
    assert (overlay.opacity == 0.8).all()
    faint = surface_overlay(replace(picture, stale=True), computed.resolved().surface, LIGHT, 0.8)
    assert faint is not None
    assert faint.opacity.max() < 0.3
    assert surface_overlay(None, computed.resolved().surface, LIGHT, 0.8) is None
    # A map that covers only a part of the window leaves the rest.
    spec = replace(picture.map.spec, window=((-6.0, 0.0), (-6.0, 6.0)))
    half = replace(picture, map=refined(empty_map(spec), 1))
    overlay = surface_overlay(half, computed.resolved().surface, LIGHT, 1.0)
    assert overlay is not None
    assert overlay.opacity.mean() == pytest.approx(0.5, abs=0.01)


def test_where_there_is_no_minimum() -> None:
    steep = picture_of(compute(experiment("saddle", lr=0.1)))
    assert steep.places.shape == (0, 2)
    assert steep.reached == []
    assert [entry.label for entry in steep.entries(5)] == [DIVERGED]
    plane = {"origin": [0.1] * 22, "directions": [[1, *[0] * 21], [0, 1, *[0] * 20]]}
    learning = Experiment(
        landscape="xor-network",
        racers=[{"optimizer": "adam"}],
        steps=3,
        view={"plane": plane},
        appearance={"basins": True},
    )
    short = picture_of(compute(learning), 2)
    assert [entry.label for entry in short.entries(5)] == [RAN_OUT]


def test_of_random_gradients_a_note_tells_that_all_starts_see_the_same(computed: Computed) -> None:
    assert picture_of(computed).notes == ()
    noisy = compute(experiment(racers=[{"optimizer": {"id": "gd", "lr": 0.01}, "source": "noisy"}], steps=5))
    scene = noisy.resolved(0, basins=picture_of(noisy, 4).map)
    assert Text("basins: the same noise from every start", "吸引域: どの初期点でも同じノイズ") in scene.notes
    batches = [{"optimizer": "gd", "source": {"id": "mini-batch", "batch_size": 4}}]
    learning = compute(experiment("line-fit", racers=batches, steps=5))
    assert "mini-batches" in picture_of(learning, 4).notes[0].en
