"""Pictures of searches for good settings and of fair races say what was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs.fair_race import fair_race_spec, run_fair_race
from optexplorer.runs.tuning.search import Candidate
from optexplorer.runs.tuning.tuning import tune
from optexplorer.runs.tuning.usual import Effort, tuning_spec
from optexplorer.scene.fair_race_plot import FairRace, fair_race_sheet
from optexplorer.scene.tuning_plot import CandidatePlaces, Tuning, tuning_sheet
from optexplorer.text import Text

RAVINE = landscapes.get("ravine")
SMALL = Effort(24, 2, 1, 4)


def height(places: CandidatePlaces, candidate: Candidate) -> float:
    return float(places.at([candidate])[0, 1])


def tunings(effort: Effort = SMALL, **how: object) -> list[Tuning]:
    spec = tuning_spec(RunSpec(RAVINE, Momentum()), RAVINE.start, 60, effort=effort, **how)  # type: ignore[arg-type]
    return [Tuning(spec, state, 0, Text("Momentum", "モメンタム法"), "#0072B2") for state in tune(spec)]


def test_candidates_that_do_not_reach_the_target_stand_above_those_that_do() -> None:
    last = tunings()[-1]
    places = CandidatePlaces(last, "lr")
    reached = [each for each in places.candidates if each.score is not None and np.isfinite(each.score.value)]
    others = [each for each in places.candidates if each not in reached]
    assert reached
    assert others
    for candidate in reached:
        assert candidate.score is not None
        assert height(places, candidate) == max(candidate.score.value, 1.0)
    assert all(height(places, each) > places.split for each in others)
    assert all(0 <= places.y.place(height(places, each)) <= 1 for each in places.candidates)
    lost = [each for each in others if not np.isfinite(each.loss)]
    kept = [each for each in others if np.isfinite(each.loss)]
    assert max(height(places, each) for each in kept) < min(height(places, each) for each in lost)
    assert all(tick <= places.y.place(places.split) + 1e-9 for tick, _ in places.y.ticks(6))


def test_the_search_is_drawn_from_its_beginning() -> None:
    states = tunings()
    first, last = tuning_sheet(states[0], "lr"), tuning_sheet(states[-1], "lr")
    assert first.plots[1].absence is not None
    assert first.plots[0].points == ()
    assert last.plots[1].absence is None
    assert [line.label.en for line in last.plots[1].lines if line.label] == ["winner", "default"]
    words = [point.words.en for point in last.plots[0].points if point.words]
    assert words[0] == "default"
    count = sum(len(line.x) for line in last.plots[0].lines)
    assert count == len(states[-1].state.search.candidates) - 1


def test_settings_near_one_are_laid_out_by_their_distance() -> None:
    last = tunings()[-1]
    places = CandidatePlaces(last, "momentum")
    assert places.x.label.en == "1 − momentum"
    candidate = places.candidates[-1]
    assert places.at([candidate])[0, 0] == 1 - candidate.settings["momentum"]


def test_losses_are_drawn_where_there_is_no_target() -> None:
    last = tunings(criterion="loss")[-1]
    places = CandidatePlaces(last, "lr")
    good = [each for each in places.candidates if each.loss < places.split]
    assert good
    assert all(height(places, each) == each.loss for each in good)
    moons = landscapes.get("moons-network")
    spec = tuning_spec(RunSpec(moons, Adam()), moons.start, 15, effort=Effort(3, 1, 1, 1))
    *_, state = tune(spec)
    sheet = tuning_sheet(Tuning(spec, state, 0, Text("Adam", "Adam"), "#0072B2"), "lr")
    assert sheet.plots[0].y.label.en == "held-out loss"
    assert len(sheet.notes) == 2


@pytest.fixture(scope="module")
def race() -> FairRace:
    ids = ("gd", "newton", "gd-backtracking")
    found = [make(optimizers.get(id), {}) for id in ids]
    spec = fair_race_spec([RunSpec(RAVINE, each) for each in found], RAVINE.start, 60, effort=SMALL)
    *_, state = run_fair_race(spec)
    names = tuple(each.title for each in found)
    return FairRace(spec, state, (0, 1, 2), names, ("#0072B2", "#D55E00", "#CC79A7"))


def test_a_race_has_a_curve_and_a_bar_for_each_racer(race: FairRace) -> None:
    sheet = fair_race_sheet(race)
    assert len(sheet.plots[0].lines) == 3
    names = [words.en for _, words in sheet.plots[1].y.names]
    assert names[0] == "Newton's method"
    assert len(sheet.plots[1].intervals) + len(sheet.plots[1].points) == 3
    assert "60 gradients" in sheet.notes[0].en
    waiting = replace(race, state=replace(race.state, finishes=race.state.finishes[:1]))
    sheet = fair_race_sheet(waiting)
    assert len(sheet.plots[0].lines) == 1
    nothing = fair_race_sheet(replace(race, state=replace(race.state, finishes=())))
    assert nothing.plots[0].absence is not None


def test_who_does_not_reach_the_target_is_marked() -> None:
    runs = [RunSpec(landscapes.get("rosenbrock"), GradientDescent())]
    spec = fair_race_spec(runs, runs[0].landscape.start, 15, effort=Effort(4, 1, 1, 2), tolerance=1e-12)
    *_, state = run_fair_race(spec)
    sheet = fair_race_sheet(FairRace(spec, state, (0,), (Text("GD", "GD"),), ("#0072B2",)))
    (point,) = sheet.plots[1].points
    assert point.words is not None
    assert point.words.en == "reached 0 of 2 times"
    by_loss = fair_race_spec(runs, runs[0].landscape.start, 15, effort=Effort(4, 1, 1, 2), criterion="loss")
    *_, state = run_fair_race(by_loss)
    sheet = fair_race_sheet(FairRace(by_loss, state, (0,), (Text("GD", "GD"),), ("#0072B2",)))
    assert len(sheet.plots[1].intervals) == 1
    assert sheet.plots[1].x.label.en == "loss − minimum"
