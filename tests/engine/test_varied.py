"""Descents with settings and seeds of their own arrive together where each arrives alone, to the bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine import batch_arrival, landscapes, optimizers, schedules
from optexplorer.engine.batch_descent import BatchEndpoints, batch_descent
from optexplorer.engine.batch_record import batch_record
from optexplorer.engine.declaration import hyperparameters, make
from optexplorer.engine.descent import trajectory
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.finite_differences import FiniteDifferences
from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Array, Optimizer
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Schedule
from optexplorer.engine.trajectory import Trajectory
from optexplorer.engine.varied import PointSetting, Varied, with_settings

HIMMELBLAU = landscapes.get("himmelblau")
POINTS = 10


def starts_on(landscape: landscapes.Landscape = HIMMELBLAU, count: int = POINTS) -> Array:
    low, high = np.array(landscape.domain).T
    return np.ascontiguousarray(np.random.default_rng(3).uniform(low, high, (count, len(low))).T)


def alone(run_spec: RunSpec, starts: Array, steps: int, varied: Varied) -> list[Trajectory]:
    found = []
    for place, start in enumerate(starts.T):
        own = {name: values[place].item() for name, values in varied.settings.items()}
        seed = run_spec.seed if varied.seeds is None else int(varied.seeds[place])
        spec = replace(run_spec, optimizer=with_settings(run_spec.optimizer, own), seed=seed)
        found.append(trajectory(spec, start, steps))
    return found


def assert_alike(run_spec: RunSpec, varied: Varied, steps: int = 60) -> BatchEndpoints:
    starts = starts_on(run_spec.landscape)
    together, each = (
        batch_descent(run_spec, starts, steps, varied=varied),
        alone(run_spec, starts, steps, varied),
    )
    assert together.steps.tolist() == [t.steps for t in each]
    assert together.ending.tolist() == [t.ending.value for t in each]
    np.testing.assert_array_equal(together.position, np.array([t.position[-1] for t in each]).T)
    np.testing.assert_array_equal(together.loss, [t.loss[-1] for t in each])
    counts = [t.evaluations[-1] for t in each if t.evaluations is not None]
    np.testing.assert_array_equal(together.evaluations.T, counts)
    return together


def numbers_of(optimizer: Optimizer) -> list[str]:
    return [s.name for s in hyperparameters(type(optimizer)) if s.kind in ("float", "int")]


def values_for(optimizer: Optimizer, name: str) -> Array:
    """Values around the default, within the bounds; the first is zero where that is allowed."""
    (setting,) = (s for s in hyperparameters(type(optimizer)) if s.name == name)
    default = getattr(optimizer, name)
    if setting.kind == "int":
        return np.array([int(setting.clamped(default + k % 3)) for k in range(POINTS)])
    factors = np.linspace(0.5, 1.05, POINTS)
    values = np.array([setting.clamped((default or 0.01) * factor) for factor in factors])
    if setting.low == 0 and not setting.low_open:
        values[0] = 0.0
    return values


@pytest.mark.parametrize("id", optimizers.ids())
def test_every_setting_of_every_optimizer(id: str) -> None:
    optimizer = make(optimizers.get(id), {})
    for name in numbers_of(optimizer):
        assert_alike(
            RunSpec(HIMMELBLAU, optimizer, source=Exact()), Varied({name: values_for(optimizer, name)}), 25
        )


@pytest.mark.parametrize(
    ("id", "names"), [("momentum", ("lr", "momentum")), ("adam", ("beta1", "beta2", "lr"))]
)
def test_several_settings_at_once(id: str, names: tuple[str, ...]) -> None:
    optimizer = make(optimizers.get(id), {})
    assert_alike(
        RunSpec(HIMMELBLAU, optimizer), Varied({name: values_for(optimizer, name) for name in names})
    )


@pytest.mark.parametrize("schedule", [schedules.get(id)() for id in schedules.ids()], ids=repr)
def test_rates_under_every_schedule(schedule: Schedule) -> None:
    rates = np.geomspace(1e-4, 0.3, POINTS)
    found = assert_alike(RunSpec(HIMMELBLAU, Momentum(), schedule), Varied({"lr": rates}))
    assert len(np.unique(found.loss)) == POINTS


@pytest.mark.parametrize(
    "source",
    [Exact(), FiniteDifferences(), Noisy(sigma=2), Noisy(noise="proportional", clip_norm=3)],
    ids=repr,
)
def test_seeds(source: GradientSource) -> None:
    seeds = np.arange(POINTS) * 7
    assert_alike(
        RunSpec(HIMMELBLAU, Momentum(lr=0.01), source=source),
        Varied({"lr": np.geomspace(1e-3, 0.1, POINTS)}, seeds),
    )


def test_points_that_have_ended_take_their_random_numbers_along() -> None:
    """Half of the points diverge at once, so that the batch goes on with the others."""
    rates = np.where(np.arange(POINTS) % 2, 0.001, 50.0)
    spec = RunSpec(HIMMELBLAU, Momentum(), source=Noisy(sigma=2))
    found = assert_alike(spec, Varied({"lr": rates}, np.arange(POINTS)), 300)
    assert len(set(found.ending.tolist())) == 2


def test_seeds_of_mini_batches() -> None:
    line = landscapes.get("line-fit")
    seeds = np.array([1, 2, 1, 3, 3, 2, 1, 1, 5, 0])
    assert_alike(RunSpec(line, Momentum(lr=0.01), source=MiniBatch(batch_size=2)), Varied(seeds=seeds), 40)


def test_the_first_step_at_or_below_the_target() -> None:
    starts, spec = starts_on(), RunSpec(HIMMELBLAU, Momentum(lr=0.01))
    rates = np.geomspace(1e-4, 0.2, POINTS)
    found = batch_descent(spec, starts, 300, varied=Varied({"lr": rates}), target=1.0)
    for place, path in enumerate(alone(spec, starts, 300, Varied({"lr": rates}))):
        below = np.flatnonzero(path.loss <= 1.0)
        assert found.reached[place] == (below[0] if below.size else -1)
    assert (found.reached >= 0).any()
    assert (found.reached < 0).any()
    assert (batch_descent(spec, starts, 300).reached == -1).all()


@pytest.mark.parametrize("varies_seeds", [False, True])
def test_a_record_holds_what_each_descent_does(varies_seeds: bool) -> None:
    starts = starts_on()
    spec = RunSpec(HIMMELBLAU, Adam(lr=0.3), source=Noisy(sigma=1.0))
    varied = Varied(seeds=np.arange(POINTS)) if varies_seeds else Varied()
    found = batch_record(spec, starts, 70, varied=varied)
    for place, path in enumerate(alone(spec, starts, 70, varied)):
        assert found.steps[place] == path.steps
        assert found.ending[place] == path.ending.value
        np.testing.assert_array_equal(found.position[: path.steps + 1, :, place], path.position)
        np.testing.assert_array_equal(found.loss[: path.steps + 1, place], path.loss)


def test_a_record_stays_at_the_end_of_descents_that_have_ended() -> None:
    bowl = landscapes.get("quadratic-bowl")
    starts = starts_on(bowl)
    for lr in (0.4, 1.5):
        spec = RunSpec(bowl, Momentum(lr=lr, momentum=0.1))
        found = batch_record(spec, starts, 200)
        for place, path in enumerate(alone(spec, starts, 200, Varied())):
            assert (found.steps[place], found.ending[place]) == (path.steps, path.ending.value)
            np.testing.assert_array_equal(found.position[: path.steps + 1, :, place], path.position)
            assert (found.loss[path.steps :, place] == path.loss[-1]).all()


def test_a_stopped_record_is_cancelled() -> None:
    found = batch_record(RunSpec(HIMMELBLAU, Adam()), starts_on(), 70, should_stop=lambda: True)
    assert (found.steps == 0).all()
    assert found.loss.shape == (71, POINTS)


@pytest.mark.parametrize(
    ("varied", "message"),
    [
        (Varied({"momentun": np.ones(POINTS)}), "has no setting 'momentun'"),
        (Varied({"momentum": np.linspace(0, 2, POINTS)}), "momentum"),
        (Varied({"lr": np.full(POINTS, np.nan)}), "lr"),
        (Varied({"lr": np.ones(3)}), "10 value"),
        (Varied({"maximize": np.ones(POINTS)}), "is no number"),
        (Varied(seeds=np.arange(3)), "seeds"),
        (Varied(seeds=-np.arange(POINTS)), "seeds"),
    ],
)
def test_wrong_settings_are_refused(varied: Varied, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        batch_descent(RunSpec(HIMMELBLAU, Momentum()), starts_on(), 5, varied=varied)


def test_a_record_is_of_one_setting() -> None:
    with pytest.raises(ValueError, match="same settings"):
        batch_record(RunSpec(HIMMELBLAU, Momentum()), starts_on(), 5, varied=Varied({"lr": np.ones(POINTS)}))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=20), st.integers(1, 900))
def test_powers_of_a_setting_are_those_of_numbers(values: list[float], exponent: int) -> None:
    setting = PointSetting.of(np.array(values))
    assert (setting**exponent).tolist() == [value**exponent for value in values]
    assert type(1 - setting) is np.ndarray


def test_a_setting_is_true_where_all_its_values_are() -> None:
    assert PointSetting.of(np.array([1.0, 2.0]))
    assert not PointSetting.of(np.array([0.0, 0.0]))
    with pytest.raises(ValueError, match="some values are zero"):
        bool(PointSetting.of(np.array([0.0, 2.0])))


@pytest.mark.parametrize("alone", [0, 6])
@pytest.mark.parametrize("id", ["bfgs", "gd-exact", "gd-backtracking", "conjugate-gradient"])
def test_searches_see_the_noise_of_their_own_point(
    id: str, alone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_arrival, "FEW_POINTS", alone)
    run_spec = RunSpec(
        HIMMELBLAU, make(optimizers.get(id), {}), source=Noisy(sigma=0.5, noise="proportional")
    )
    assert_alike(run_spec, Varied(seeds=np.arange(POINTS) + 3), 25)


def test_searches_have_settings_of_their_own() -> None:
    c1, c2 = np.linspace(1e-4, 0.4, POINTS), np.linspace(0.5, 0.9, POINTS)
    assert_alike(RunSpec(HIMMELBLAU, make(optimizers.get("bfgs"), {})), Varied({"c1": c1, "c2": c2}), 25)
    shrink = np.linspace(0.2, 0.9, POINTS)
    backtracking = make(optimizers.get("gd-backtracking"), {})
    assert_alike(RunSpec(HIMMELBLAU, backtracking), Varied({"c1": c1, "shrink": shrink}), 25)
    damping = make(optimizers.get("levenberg-marquardt"), {})
    factor, first = np.linspace(2.0, 20.0, POINTS), np.geomspace(1e-3, 10, POINTS)
    assert_alike(RunSpec(HIMMELBLAU, damping), Varied({"factor": factor, "damping": first}), 25)
