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
from optexplorer.runs.tuning import loss_curves as curve_module
from optexplorer.runs.tuning import trials as trial_module
from optexplorer.runs.tuning.explanation import explanation
from optexplorer.runs.tuning.halving import SHORTEST, Halving
from optexplorer.runs.tuning.loss_curves import CurveTask
from optexplorer.runs.tuning.optuna_search import OptunaSearch
from optexplorer.runs.tuning.ranges import SearchRange, searchable, usual_range, usual_ranges
from optexplorer.runs.tuning.search import Search
from optexplorer.runs.tuning.trials import Score, Trials, run_trials
from optexplorer.runs.tuning.tuning import HALVING, TuningSpec, TuningState, tune
from optexplorer.runs.tuning.usual import Effort, tuning_spec

RAVINE = FormulaLandscape(
    "own",
    FormulaDefinition(
        formula="x^2 + 10*y^2",
        domain={"x": (-3, 3), "y": (-3, 3)},
        minima=[{"at": (0, 0), "value": 0}],  # type: ignore[list-item]
    ),
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


def english(spec: TuningSpec, state: TuningState) -> str:
    assert state.check is not None
    return " ".join(words.en for words in explanation(spec, state.check))


@pytest.mark.parametrize("search", [Halving(), OptunaSearch(48)])
def test_the_best_rate_of_a_bowl(search: Search) -> None:
    """Curvatures 2 and 20: 2 / (2 + 20) shrinks the larger of both errors most."""
    spec = spec_of(search)
    state = last(spec)
    assert state.check is not None
    assert state.check.winner["lr"] == pytest.approx(2 / 22, rel=0.15)
    assert state.check.improved
    assert state.check.default == {"lr": 0.001}
    assert state.check.present is None
    told = english(spec, state)
    assert "times larger" in told
    reached = state.check.curves[0].reached
    assert f"{np.median(reached):g} steps in the median" in told
    assert "From 4 fresh starts it reaches 1e-06 above the minimum" in told
    assert "with the default settings not at all; it gets there 4 times, with the default 0 times" in told
    assert "倍" in explanation(spec, state.check)[0].ja


def test_momentum_and_rate_of_a_bowl_are_those_of_theory() -> None:
    """Polyak (1964): (√κ − 1)² / (√κ + 1)² and 4 / (√L + √μ)² are the fastest for curvatures from μ = 2 to L = 20."""
    spec = TuningSpec(
        Trials(RunSpec(RAVINE, Momentum()), STARTS[:4], (0,), "target", 1e-8),
        (SearchRange("lr", 1e-3, 1.0), SearchRange("momentum", 0.0, 0.99, "near one")),
        200,
        STARTS[4:],
        search=Halving(256),
    )
    state = last(spec)
    assert state.check is not None
    root = np.sqrt(10.0)
    best = Momentum(lr=4 / (np.sqrt(20) + np.sqrt(2)) ** 2, momentum=((root - 1) / (root + 1)) ** 2)
    theory = TuningSpec(replace(spec.trials, run=RunSpec(RAVINE, best)), spec.ranges, 200, STARTS[4:])
    _, results = next(run_trials(theory.check_trials, [theory.present], 200))
    assert np.median(state.check.curves[0].reached) <= 1.25 * np.median(results.reached)


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
    for mine, theirs in zip(here.check.curves, there.check.curves, strict=True):
        np.testing.assert_array_equal(mine.loss, theirs.loss)


def test_the_search_is_seen_as_it_runs() -> None:
    spec = spec_of(Halving(64))
    states = list(tune(spec))
    searches = [state.search for state in states]
    assert [state.rung for state in searches] == sorted(state.rung for state in searches)
    assert searches[-1].rung == searches[-1].rungs - 1 == 4
    alive = [sum(candidate.alive for candidate in state.candidates) for state in searches]
    assert alive[0] == 65
    assert alive[-1] == 5
    assert searches[-1].candidates[0].alive
    assert searches[-1].candidates[0].settings == spec.default
    assert searches[-1].done == searches[-1].total
    assert [state.done for state in states] == sorted(state.done for state in states)
    assert states[-1].done == states[-1].total == spec.total
    assert searches[0].best is None


def test_rounds_never_become_too_short() -> None:
    for count in (1, 5, 64, 300):
        for length in (1, 20, 200, 5000):
            rounds = Halving(count).rounds(length)
            assert rounds[0][0] == count
            assert rounds[-1][1] == length
            assert all(each >= min(SHORTEST, length) for _, each in rounds)
            assert all(left >= 1 for left, _ in rounds)


def test_a_stopped_search_has_no_check() -> None:
    states: list[TuningState] = []
    for state in tune(spec_of(), should_stop=lambda: len(states) > 2):
        states.append(state)
    assert states[-1].check is None
    assert states[-1].search.done < states[-1].search.total


def test_default_settings_that_are_the_best_are_kept() -> None:
    flat = FormulaLandscape(
        "own",
        FormulaDefinition(formula="1000/1.1*(x^2 + y^2)", domain={"x": (-3, 3), "y": (-3, 3)}),
    )
    trials = Trials(RunSpec(flat, GradientDescent()), STARTS[:4], (0,), "target", 1e-6)
    spec = TuningSpec(trials, (SearchRange("lr", 1e-6, 1e-5),), 50, STARTS[4:], search=Halving(4))
    state = last(spec)
    assert state.check is not None
    assert state.check.winner == state.check.default
    assert not state.check.improved
    told = english(spec, state)
    assert "default settings are the best" in told
    assert "Learning rate" not in told


def test_the_present_settings_take_part() -> None:
    trials = Trials(RunSpec(RAVINE, GradientDescent(lr=2 / 22)), STARTS[:4], (0,), "target", 1e-6)
    spec = TuningSpec(trials, (SearchRange("lr", 1e-5, 1e-3),), 200, STARTS[4:], search=Halving(4))
    state = last(spec)
    assert state.check is not None
    assert state.check.winner == state.check.present == {"lr": 2 / 22}
    assert "present settings are the best" in english(spec, state)
    worse = replace(
        spec,
        trials=replace(trials, run=RunSpec(RAVINE, GradientDescent(lr=0.003))),
        ranges=(SearchRange("lr", 1e-3, 0.5),),
    )
    state = last(worse)
    assert state.check is not None
    assert state.check.improved
    assert len(state.check.curves) == 3
    assert "With the present settings: not at all, 0 times" in english(worse, state)


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
    told = english(spec, state)
    assert "no better" in told
    assert "It diverges once of 1" in told


def test_a_winner_at_the_end_of_its_range_is_told() -> None:
    spec = replace(spec_of(), ranges=(SearchRange("lr", 1e-4, 0.01),))
    assert "better values may lie beyond" in english(spec, last(spec))


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
    winner = state.check.winner
    _, results = next(run_trials(spec.trials, [winner], 40))
    best = state.search.best
    assert best is not None
    assert best.score is not None
    assert results.loss[0, 0] == best.score.value
    told = english(spec, state)
    assert "held-out" in told
    _, fresh = next(run_trials(spec.check_trials, [winner], 40))
    assert state.check.curves[0].final[0] == pytest.approx(fresh.loss[0, 0], rel=1e-9)


def test_descents_that_diverge_count_as_worst() -> None:
    _, results = next(run_trials(spec_of().trials, [{"lr": 0.05}, {"lr": 0.9}], 100))
    assert np.isfinite(results.loss[0]).all()
    assert (results.loss[1] == inf).all()
    assert results.diverged[1].all()
    good, bad = results.scores("loss")
    assert good < bad
    assert good.number < bad.number


def test_settings_that_often_diverge_come_last() -> None:
    """However low the others end."""
    scores = trial_module.scores(
        np.array([[0.0, 0.0, 0.0, inf], [9.0, 9.0, 9.0, 9.0]]),
        np.full((2, 4), inf),
        np.array([[False, False, False, True], [False] * 4]),
        "loss",
        -inf,
    )
    assert scores[1] < scores[0]


def test_who_leaves_the_target_again_has_not_reached_it() -> None:
    """A ball without friction rolls through the minimum again and again."""
    trials = Trials(
        RunSpec(RAVINE, Momentum(lr=0.01, momentum=1.0)),
        np.array([[2.0, 0.0]]),
        criterion="target",
        target=0.1,
    )
    _, results = next(run_trials(trials, [{"momentum": 1.0}, {"momentum": 0.5}], 163))
    assert results.reached[0, 0] == inf
    assert np.isfinite(results.reached[1, 0])


def test_the_best_are_tried_once_more_so_that_none_wins_by_luck() -> None:
    spec = tuning_spec(RunSpec(RAVINE, GradientDescent()), RAVINE.start, 60, effort=Effort(32, 2, 1, 8))
    states = list(tune(spec))
    assert states[-1].done == spec.total
    confirmed = [each for each in states[-1].search.candidates if each.confirmed]
    assert [each.number for each in confirmed] == [
        each.number for each in states[-1].search.candidates if each.alive
    ]
    assert confirmed[0].number == 0
    assert len(confirmed) == 9
    check = states[-1].check
    assert check is not None
    assert check.winner == min(confirmed, key=lambda each: (each.score, each.number)).settings
    assert spec.last_starts is not None
    starts = np.concatenate([spec.trials.starts, spec.last_starts, spec.check_starts])
    assert len(np.unique(starts, axis=0)) == len(starts) == 18


def test_every_start_has_random_numbers_of_its_own() -> None:
    trials = Trials(RunSpec(HIMMELBLAU, Momentum(), source=Noisy()), spread_starts(HIMMELBLAU, 3), (1, 2))
    _, seeds = trials.points(2)
    assert len(set(seeds[:6].tolist())) == 6
    assert seeds[:2].tolist() == [1, 2]
    assert seeds[6:].tolist() == seeds[:6].tolist()


def test_long_curves_are_run_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    trials = Trials(RunSpec(HIMMELBLAU, Momentum(), source=Noisy()), spread_starts(HIMMELBLAU, 5), (1, 2))
    whole = CurveTask(trials, Momentum(lr=0.01), 30)(lambda: False)
    monkeypatch.setattr(curve_module, "MOST_ROWS", 100)
    parts = CurveTask(trials, Momentum(lr=0.01), 30)(lambda: False)
    np.testing.assert_array_equal(whole.loss, parts.loss)
    assert whole.loss.shape == (31, 10)
    np.testing.assert_array_equal(whole.reached, parts.reached)


def test_one_number_orders_as_scores_do() -> None:
    scores = [
        Score(False, 3.0, inf, 3.0, 0), Score(False, 200.0, 0.1, 9.0, 0), Score(False, inf, 0.1, inf, 0),
        Score(False, inf, 1e200, inf, 0), Score(True, inf, 0.5, inf, 4), Score(True, inf, inf, inf, 8),
    ]  # fmt: skip
    assert scores == sorted(scores)
    numbers = [score.number for score in scores]
    assert numbers == sorted(set(numbers))


def test_lengths_can_be_priced_evaluations() -> None:
    """A backtracking search spends part of a budget on losses."""
    run = RunSpec(RAVINE, make(optimizers.get("gd-backtracking"), {}))
    trials = Trials(run, STARTS[:2], end=Trials(run, STARTS).end, unit="evaluations")
    _, results = next(run_trials(trials, [{"lr": 0.05}], 40))
    prices = trials.end.prices
    cost = prices.cost(results.evaluations, 2)
    assert (results.evaluations[0] > 0).all()
    assert (cost <= 40).all()
    assert (results.steps < 40).all()


@pytest.mark.parametrize("id", optimizers.ids())
def test_every_optimizer_has_usual_ranges(id: str) -> None:
    optimizer = make(optimizers.get(id), {})
    assert usual_ranges(optimizer)[0].name == "lr"
    for setting in searchable(optimizer):
        axis = usual_range(optimizer, setting.name)
        axis.check(optimizer)
        values = [axis.at(share) for share in (0, 0.2, 0.5, 0.8, 1)]
        assert values == sorted(set(values))
        assert [axis.share(value) for value in values] == pytest.approx([0, 0.2, 0.5, 0.8, 1], abs=0.01)
        assert axis.low <= values[0] < values[-1] <= axis.high


def test_shares_of_values_outside_of_a_range() -> None:
    assert SearchRange("lr", 0.1, 1).share(0.0) == -inf
    assert SearchRange("lr", 0.1, 1).share(10.0) == pytest.approx(2)
    assert SearchRange("beta1", 0.0, 0.99, "near one").share(1.0) == inf


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
    with pytest.raises(ValueError, match="did you mean 'beta1'"):
        usual_range(Adam(), "beta_1")
    with pytest.raises(ValueError, match="finite target"):
        next(tune(spec_of(target=-inf)))
    with pytest.raises(ValueError, match="too many"):
        next(tune(replace(spec_of(), length=10**9)))


def test_a_failing_descent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("no such thing")

    monkeypatch.setattr(trial_module, "batch_descent", fail)
    with pytest.raises(TaskError, match="no such thing"):
        last(spec_of())
