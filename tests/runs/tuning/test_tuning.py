"""What a search finds is near what theory says, the same whoever computes it, and checked on fresh starts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs.starts import spread_starts
from optexplorer.runs.tasks import TaskError
from optexplorer.runs.tuning import trials as trial_module
from optexplorer.runs.tuning.explanation import explanation
from optexplorer.runs.tuning.halving import FEWEST_STEPS, Halving
from optexplorer.runs.tuning.optuna_search import OptunaSearch
from optexplorer.runs.tuning.ranges import SearchRange, usual_range, usual_ranges
from optexplorer.runs.tuning.search import Search
from optexplorer.runs.tuning.trials import Trials, run_trials
from optexplorer.runs.tuning.tuning import HALVING, TuningSpec, TuningState, tune

RAVINE = FormulaLandscape(
    "own", FormulaDefinition(formula="x^2 + 10*y^2", domain={"x": (-3, 3), "y": (-3, 3)})
)
HIMMELBLAU = landscapes.get("himmelblau")
STARTS = spread_starts(RAVINE, 8)


def spec_of(search: Search = HALVING, **trials: object) -> TuningSpec:
    run = RunSpec(RAVINE, GradientDescent())
    found = Trials(run, STARTS[:4], (0,), **{"criterion": "target", "target": 1e-6, **trials})  # type: ignore[arg-type]
    return TuningSpec(found, (SearchRange("lr", 1e-4, 1.0),), 200, STARTS[4:], search=search)


def last(spec: TuningSpec, **how: object) -> TuningState:
    *_, state = tune(spec, **how)  # type: ignore[arg-type]
    return state


@pytest.mark.parametrize("search", [Halving(), OptunaSearch(48)])
def test_the_best_rate_of_a_bowl(search: Search) -> None:
    """Curvatures 2 and 20: 2 / (2 + 20) shrinks the larger of both errors most."""
    state = last(spec_of(search))
    assert state.check is not None
    assert state.check.winner["lr"] == pytest.approx(2 / 22, rel=0.15)
    assert state.check.improved
    first = explanation(state_spec := spec_of(search), state.check)[0]
    assert "times larger" in first.en
    assert "倍" in first.ja
    assert len(explanation(state_spec, state.check)) >= 3


def test_the_same_whoever_computes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = TuningSpec(
        Trials(RunSpec(HIMMELBLAU, Momentum(), source=Noisy()), spread_starts(HIMMELBLAU, 3), (1, 2)),
        usual_ranges(Momentum()), 60, spread_starts(HIMMELBLAU, 5)[3:], search=Halving(16),
    )  # fmt: skip
    here = last(spec)
    monkeypatch.setattr(trial_module, "BLOCK_STEPS", 500)
    with ThreadPoolExecutor(2) as executor:
        there = last(spec, executor=executor)
    assert here.search.candidates == there.search.candidates
    assert here.check is not None
    assert there.check is not None
    assert here.check.winner == there.check.winner
    np.testing.assert_array_equal(here.check.results.loss, there.check.results.loss)


def test_the_search_is_seen_as_it_runs() -> None:
    states = [state.search for state in tune(spec_of(Halving(64)))]
    assert [state.rung for state in states] == sorted(state.rung for state in states)
    assert states[-1].rung == states[-1].rungs - 1 == 2
    alive = [sum(candidate.alive for candidate in state.candidates) for state in states]
    assert alive[0] == 65
    assert alive[-1] == 5
    assert states[-1].candidates[0].alive
    assert states[-1].done == states[-1].total
    assert [state.done for state in states] == sorted(state.done for state in states)
    assert states[0].best is None


def test_rounds_never_become_too_short() -> None:
    for count in (1, 5, 64, 300):
        for steps in (1, 20, 200, 5000):
            rounds = Halving(count).rounds(steps)
            assert rounds[0][0] == count
            assert rounds[-1][1] == steps
            assert all(length >= min(FEWEST_STEPS, steps) for _, length in rounds)


def test_a_stopped_search_has_no_check() -> None:
    states = []
    for state in tune(spec_of(), should_stop=lambda: len(states) > 2):
        states.append(state)
    assert states[-1].check is None
    assert states[-1].search.done < states[-1].search.total


def test_present_settings_that_are_the_best_are_kept() -> None:
    best = Trials(RunSpec(RAVINE, GradientDescent(lr=2 / 22)), STARTS[:4], (0,), "target", 1e-6)
    spec = TuningSpec(best, (SearchRange("lr", 1e-4, 1e-2),), 200, STARTS[4:], search=Halving(4))
    state = last(spec)
    assert state.check is not None
    assert state.check.winner == state.check.present
    assert not state.check.improved
    assert "No settings" in explanation(spec, state.check)[0].en


def test_a_winner_that_is_no_better_elsewhere_is_called_so() -> None:
    """Tuned where steps may be large, checked where the ravine is narrow."""
    wall = FormulaLandscape(
        "own",
        FormulaDefinition(formula="where(x > 1, 101*x^2, x^2) + y^2", domain={"x": (-3, 3), "y": (-3, 3)}),
    )
    trials = Trials(RunSpec(wall, GradientDescent(lr=0.009)), np.array([[-1.0, 1.0]]))
    spec = TuningSpec(
        trials, (SearchRange("lr", 0.009, 0.9),), 100, np.array([[2.5, 1.0]]), search=Halving(8)
    )
    state = last(spec)
    assert state.check is not None
    assert state.check.winner["lr"] > 0.1
    assert not state.check.improved
    assert "keep them" in explanation(spec, state.check)[-1].en


def test_networks_are_judged_on_held_out_examples() -> None:
    moons = landscapes.get("moons-network")
    starts = spread_starts(moons, 2)
    spec = TuningSpec(
        Trials(RunSpec(moons, Adam()), starts[:1]),
        (SearchRange("lr", 1e-4, 0.3),),
        40,
        starts[1:],
        search=Halving(4),
    )
    assert spec.trials.judges_held_out
    state = last(spec)
    assert state.check is not None
    _, results = next(run_trials(spec.trials, [state.check.winner], 40))
    best = state.search.best
    assert best is not None
    assert best.score is not None
    assert results.loss[0, 0] == best.score.value
    assert "held-out" in explanation(spec, state.check)[1].en


def test_descents_that_diverge_count_as_worst() -> None:
    _, results = next(run_trials(spec_of().trials, [{"lr": 0.05}, {"lr": 0.9}], 100))
    assert np.isfinite(results.loss[0]).all()
    assert (results.loss[1] == inf).all()
    assert results.diverged[1].all()
    good, bad = results.scores("loss")
    assert good < bad


@pytest.mark.parametrize("id", optimizers.ids())
def test_every_optimizer_has_usual_ranges(id: str) -> None:
    optimizer = make(optimizers.get(id), {})
    found = usual_ranges(optimizer)
    assert found[0].name == "lr"
    for axis in found:
        axis.check(optimizer)
        assert axis.low <= axis.at(0) < axis.at(0.5) < axis.at(1) <= axis.high


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ((), "at least one setting"),
        ((SearchRange("lr", 0.1, 1), SearchRange("lr", 0.2, 1)), "two ranges of 'lr'"),
        ((SearchRange("beta1", 0.1, 0.9),), "no setting 'beta1'"),
        ((SearchRange("lr", 0.1, 1e9),), "lr"),
    ],
)
def test_what_cannot_be_searched(ranges: tuple[SearchRange, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        next(tune(replace(spec_of(), ranges=ranges)))


def test_ranges_that_make_no_sense() -> None:
    for arguments, message in (
        (("lr", 1.0, 0.1), "low < high"), (("lr", 0.0, 1.0), "above 0"), (("beta1", 0.5, 1.0, "near one"), "below 1"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            SearchRange(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no setting"):
        usual_range(Adam(), "momentum")
    with pytest.raises(ValueError, match="finite target"):
        next(tune(spec_of(target=-inf)))


def test_a_failing_descent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("no such thing")

    monkeypatch.setattr(trial_module, "batch_descent", fail)
    with pytest.raises(TaskError, match="no such thing"):
        last(spec_of())
