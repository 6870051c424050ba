"""Fair races: equal effort, one budget in priced evaluations, the same fresh starts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs.fair_race import FairRaceSpec, FairRaceState, fair_race_spec, run_fair_race
from optexplorer.runs.tuning.usual import Effort

RAVINE = landscapes.get("ravine")
EFFORT = Effort(32, 3, 1, 6)
IDS = ("gd", "momentum", "newton", "gd-backtracking")


def spec_of(ids: tuple[str, ...] = IDS, effort: Effort = EFFORT) -> FairRaceSpec:
    runs = [RunSpec(RAVINE, make(optimizers.get(id), {})) for id in ids]
    return fair_race_spec(runs, RAVINE.start, 60, effort=effort)


@pytest.fixture(scope="module")
def states() -> list[FairRaceState]:
    return list(run_fair_race(spec_of()))


def test_all_have_the_same_trials() -> None:
    spec = spec_of()
    first = spec.racers[0]
    for other in spec.racers[1:]:
        np.testing.assert_array_equal(first.trials.starts, other.trials.starts)
        np.testing.assert_array_equal(first.check_starts, other.check_starts)
        assert (first.trials.target, first.search, first.length) == (
            other.trials.target,
            other.search,
            other.length,
        )
        assert other.trials.unit == "evaluations"


def test_on_a_ravine_newton_wins_and_momentum_beats_plain_descent(states: list[FairRaceState]) -> None:
    last = states[-1]
    assert last.is_done
    assert last.done == last.total
    order = [IDS[finish.number] for finish in last.ranking]
    assert order[0] == "newton"
    assert order.index("momentum") < order.index("gd")


def test_nobody_exceeds_the_budget(states: list[FairRaceState]) -> None:
    spec = spec_of()
    for finish in states[-1].finishes:
        losses, gradients, hessians = finish.evaluations
        cost = spec.prices.cost(np.array([losses, gradients, hessians]), 2)  # type: ignore[arg-type]
        assert 0 < cost <= spec.budget
        assert (hessians > 0) == (finish.number == IDS.index("newton"))
        assert (losses > 0) == (finish.number >= IDS.index("newton"))
        assert finish.curves.at[-1] == spec.budget
        median = finish.curves.quantile(0.5)
        assert median[-1] < median[0]


def test_it_is_seen_as_it_runs(states: list[FairRaceState]) -> None:
    assert [state.done for state in states] == sorted(state.done for state in states)
    assert [len(state.finishes) for state in states] == sorted(len(state.finishes) for state in states)
    assert states[0].searches[0] is not None
    assert states[0].searches[1] is None


def test_the_same_whoever_computes_it() -> None:
    spec = spec_of(("gd", "newton"), Effort(8, 2, 1, 2))
    *_, here = run_fair_race(spec)
    with ThreadPoolExecutor(2) as executor:
        *_, there = run_fair_race(spec, executor)
    for mine, theirs in zip(here.finishes, there.finishes, strict=True):
        assert mine.optimizer == theirs.optimizer
        assert mine.evaluations == theirs.evaluations
        np.testing.assert_array_equal(mine.curves.loss, theirs.curves.loss)


def test_a_stopped_race_keeps_who_has_finished() -> None:
    found: list[FairRaceState] = []
    for state in run_fair_race(
        spec_of(("gd", "momentum"), Effort(8, 2, 1, 2)),
        should_stop=lambda: bool(found) and len(found[-1].finishes) == 1,
    ):
        found.append(state)
    assert len(found[-1].finishes) == 1
    assert not found[-1].is_done


def test_a_race_needs_racers() -> None:
    with pytest.raises(ValueError, match="at least one racer"):
        next(run_fair_race(FairRaceSpec(())))
