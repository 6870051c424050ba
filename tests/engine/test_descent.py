"""How descents run and end, one point or many."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.batch_arrival import CACHED_NUMBERS
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.descent import (
    LEARNING_BLOCK,
    RECORDED_BLOCK,
    StoppingCriteria,
    descend,
    trajectory,
)
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.scales import typical_gradient
from optexplorer.engine.schedules.plateau import Plateau
from optexplorer.engine.trajectory import TerminationReason
from tests.small_models import blobs, classifier
from tests.spaces import ManyValleys

GradientDescent, Momentum, Adam = (optimizers.get(id) for id in ("gd", "momentum", "adam"))
NEVER = StoppingCriteria(converge=False)


def formula(text: str, *, variables: str = "xy", reach: float = 5.0) -> Landscape:
    domain = dict.fromkeys(variables, (-reach, reach))
    return FormulaLandscape("test", FormulaDefinition(formula=text, domain=domain))


BOWL = formula("x^2 + y^2")


class TestConvergence:
    def test_it_ends_where_gradient_and_step_are_both_tiny(self) -> None:
        end = StoppingCriteria(gradient=1e-3, step=1e-5)
        found = trajectory(RunSpec(BOWL, GradientDescent(lr=0.1)), (1.0, 1.0), 500, end=end)
        assert found.ending is TerminationReason.CONVERGED
        steps = np.linalg.norm(np.diff(found.position, axis=0), axis=1)
        # The domain is 10 wide.
        both = (found.gradient_norm[1:] <= 1e-3 * typical_gradient(BOWL)) & (steps <= 1e-4)
        assert both[-1]
        assert not both[:-1].any()

    def test_a_ball_rolls_on_where_only_the_gradient_is_tiny(self) -> None:
        # Exactly flat at x = 0, which the ball passes with speed on its way down to x < 0.
        landscape = formula("x^3 + y^2")
        run_spec = RunSpec(landscape, Momentum(lr=0.01, momentum=0.99))
        found = trajectory(run_spec, (1.0, 0.0), 100, end=StoppingCriteria(gradient=0.02, step=1e-6))
        assert found.gradient_norm[1:-1].min() <= 0.02
        assert found.position[-1, 0] < 0
        assert found.ending is not TerminationReason.CONVERGED

    def test_it_goes_on_where_only_the_step_is_tiny(self) -> None:
        found = trajectory(RunSpec(BOWL, GradientDescent(lr=1e-12)), (1.0, 1.0), 50)
        assert found.ending is TerminationReason.STEP_LIMIT

    def test_at_a_minimum_the_first_step_shows_that_it_stays(self) -> None:
        found = trajectory(RunSpec(BOWL, GradientDescent()), (0.0, 0.0), 50)
        assert (found.ending, found.steps) == (TerminationReason.CONVERGED, 1)

    def test_it_can_be_switched_off(self) -> None:
        found = trajectory(RunSpec(BOWL, GradientDescent()), (0.0, 0.0), 50, end=NEVER)
        assert (found.ending, found.steps) == (TerminationReason.STEP_LIMIT, 50)


class TestDivergence:
    def test_all_finite_steps_are_kept(self) -> None:
        end = StoppingCriteria(escape=math.inf)
        found = trajectory(RunSpec(formula("x^4 + y^2"), GradientDescent(lr=1.0)), (2.0, 1.0), 50, end=end)
        assert found.ending is TerminationReason.DIVERGED
        for values in found.columns().values():
            assert np.isfinite(values).all()
        x, steps = 2.0, 0
        while math.isfinite(x) and abs(x) < 1e77:
            x, steps = x - 4 * x**3, steps + 1
        assert found.steps == steps - (abs(x) >= 1e77)
        assert found.outcome().en == f"diverged at {found.steps + 1}"

    def test_a_point_far_outside_the_domain_has_diverged(self) -> None:
        found = trajectory(
            RunSpec(BOWL, GradientDescent(lr=2.0)), (1.0, 0.0), 500, end=StoppingCriteria(escape=10)
        )
        assert found.ending is TerminationReason.DIVERGED
        assert 50 / 3 <= np.abs(found.x).max() < 50

    def test_a_loss_that_is_not_a_number_ends_it_even_where_the_slope_is_one(self) -> None:
        # The derivative of the logarithm is a number on both sides of zero, its value is not.
        run_spec = RunSpec(formula("log(x) + y^2"), GradientDescent(lr=1.0))
        found = trajectory(run_spec, (0.5, 0.0), 50)
        assert (found.ending, found.steps) == (TerminationReason.DIVERGED, 0)
        batch = batch_descent(run_spec, np.array([[0.5], [0.0]]), 50)
        assert (TerminationReason(batch.ending[0]), batch.steps[0]) == (TerminationReason.DIVERGED, 0)

    def test_a_start_without_a_finite_loss_leaves_one_row(self) -> None:
        found = trajectory(RunSpec(formula("log(x) + y^2"), GradientDescent()), (-1.0, 0.0), 50)
        assert (found.ending, len(found.loss)) == (TerminationReason.DIVERGED, 1)

    @pytest.mark.parametrize("optimizer", [GradientDescent(lr=1e6), Adam(lr=1e6)], ids=lambda o: o.id)
    def test_overflow_is_an_outcome_without_a_warning(self, optimizer: Optimizer) -> None:
        run_spec, end = RunSpec(landscapes.get("rosenbrock"), optimizer), StoppingCriteria(escape=math.inf)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            trajectory(run_spec, (-1.2, 1.0), 300, end=end)
            batch_descent(run_spec, np.full((2, 5), 1.5), 300, end=end)


def scaled(loss: float, length: float) -> Landscape:
    """Return a valley with another unit of loss and another unit of length."""
    text = f"{loss!r}*((x/{length!r})^2 + 3*(y/{length!r})^2 + (x/{length!r})^4)"
    return formula(text, reach=5 * length)


class TestUnits:
    """When a descent ends depends neither on the unit of the loss nor on that of the coordinates."""

    @pytest.mark.parametrize("loss", [1.0, 2.0**-30, 2.0**40, 2.0**-400])
    @pytest.mark.parametrize("length", [1.0, 2.0**-20, 2.0**20])
    def test_it_converges_at_the_same_step(self, loss: float, length: float) -> None:
        here = trajectory(RunSpec(formula("x^2 + 3*y^2 + x^4"), GradientDescent(lr=0.02)), (1.0, 2.0), 2000)
        assert here.ending is TerminationReason.CONVERGED
        optimizer = GradientDescent.model_construct(
            lr=0.02 * length**2 / loss, weight_decay=0.0, maximize=False
        )
        run_spec, start = RunSpec(scaled(loss, length), optimizer), (length, 2.0 * length)
        there = trajectory(run_spec, start, 2000)
        assert (there.ending, there.steps) == (here.ending, here.steps)
        batch = batch_descent(run_spec, np.array([start]).T, 2000)
        assert (TerminationReason(batch.ending[0]), batch.steps[0]) == (here.ending, here.steps)

    def test_a_shallow_bowl_has_not_converged_at_its_start(self) -> None:
        found = trajectory(RunSpec(formula("1e-9*(x^2 + y^2)"), GradientDescent(lr=0.1)), (1.0, 2.0), 50)
        assert found.ending is TerminationReason.STEP_LIMIT
        assert found.outcome().en == "all 50 steps taken"

    def test_norms_neither_over_nor_underflow(self) -> None:
        found = trajectory(
            RunSpec(formula("1e-200*(x^2 + y^2)"), GradientDescent()), (3.0, 4.0), 2, end=NEVER
        )
        np.testing.assert_allclose(found.gradient_norm, 1e-199, rtol=1e-12)
        steep = trajectory(
            RunSpec(formula("1e200*(x + y)"), GradientDescent(lr=1e-300)), (3.0, 4.0), 2, end=NEVER
        )
        np.testing.assert_allclose(steep.gradient_norm, math.sqrt(2) * 1e200, rtol=1e-12)


class TestAtRest:
    def test_an_optimizer_that_stops_by_its_own_tolerance_is_said_to_be_at_rest(self) -> None:
        run_spec = RunSpec(BOWL, optimizers.get("l-bfgs")(lr=0.5, tolerance_grad=0.1))
        found = trajectory(run_spec, (1.0, 2.0), 60, end=NEVER)
        still = int(np.flatnonzero((np.diff(found.position, axis=0) != 0).any(axis=1))[-1]) + 1
        assert 2 < still < 60
        assert found.ending is TerminationReason.STEP_LIMIT
        assert found.outcome().en == f"at rest since {still} (of 60)"
        assert str(still) in found.outcome().ja
        assert repr(found).startswith("<Trajectory of x, y: at rest since")

    def test_one_that_never_moves_is_at_rest_from_the_start(self) -> None:
        run_spec = RunSpec(formula("1e-9*(x^2 + y^2)"), optimizers.get("l-bfgs")())
        assert trajectory(run_spec, (1.0, 2.0), 500).outcome().en == "at rest since 0 (of 500)"


class TestUndefined:
    """Losses that are not defined beyond a border."""

    @pytest.mark.parametrize(
        "text", ["sqrt(x) + 9*x + y^2", "log(x) + 9*x + y^2", "asin(x) + 20*x + y^2", "x^1.5 + 20*x"]
    )
    def test_a_step_beyond_it_is_told_from_divergence(self, text: str) -> None:
        found = trajectory(RunSpec(formula(f"{text} + 0*y"), GradientDescent(lr=0.1)), (0.5, 0.0), 50)
        assert (found.ending, found.undefined, found.steps) == (TerminationReason.DIVERGED, True, 0)
        assert found.outcome().en == "left the region where the loss is defined at 1"
        assert "定義域" in found.outcome().ja

    @pytest.mark.parametrize("escape", [1e3, math.inf])
    def test_an_overflow_is_divergence(self, escape: float) -> None:
        run_spec = RunSpec(landscapes.get("rosenbrock"), GradientDescent(lr=1.0))
        found = trajectory(run_spec, (-1.2, 1.0), 300, end=StoppingCriteria(escape=escape))
        assert (found.ending, found.undefined) == (TerminationReason.DIVERGED, False)
        assert found.outcome().en == f"diverged at {found.steps + 1}"


def test_the_largest_of_starts_ends_without_a_warning() -> None:
    for text in ("x^2 + y^2", "x^2*y^2", "sin(x) + y", "exp(x) - exp(y)"):
        for optimizer in (GradientDescent(), Adam(), optimizers.get("bfgs")(), optimizers.get("newton")()):
            run_spec = RunSpec(formula(text), optimizer)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for escape in (1e3, math.inf):
                    found = trajectory(run_spec, (1e308, -1e308), 20, end=StoppingCriteria(escape=escape))
                    assert found.gradient_norm.shape == found.loss.shape
                    assert found.outcome().en
                    assert found.csv()
                batch_descent(run_spec, np.full((2, 3), 1e308), 20)


class TestTrajectory:
    def test_x_and_y_are_there_for_one_and_two_coordinates_only(self) -> None:
        flat = trajectory(RunSpec(BOWL, GradientDescent()), (1.0, 2.0), 3)
        np.testing.assert_array_equal([flat.x, flat.y], flat.position.T)
        line = trajectory(RunSpec(landscapes.get("quadratic-1d"), GradientDescent()), (1.0,), 3)
        np.testing.assert_array_equal(line.x, line.position[:, 0])
        with pytest.raises(AttributeError, match=r"1 coordinate\(s\) \(x\) has no y"):
            _ = line.y
        many = trajectory(RunSpec(ManyValleys(5), GradientDescent()), np.ones(5), 3)
        for name in ("x", "y"):
            with pytest.raises(AttributeError, match=rf"5 coordinate\(s\) .* has no {name}"):
                getattr(many, name)
        assert list(many.columns())[:6] == ["step", "x0", "x1", "x2", "x3", "x4"]


class TestLimits:
    @pytest.mark.parametrize("steps", [0, 1, RECORDED_BLOCK - 1, RECORDED_BLOCK, RECORDED_BLOCK + 1, 500])
    def test_it_takes_exactly_the_steps_that_it_may(self, steps: int) -> None:
        found = trajectory(RunSpec(BOWL, GradientDescent(lr=0.01)), (1.0, 1.0), steps, end=NEVER)
        assert (found.ending, found.steps) == (TerminationReason.STEP_LIMIT, steps)
        assert found.position.shape == found.gradient.shape == (steps + 1, 2)
        assert found.learning_rate.tolist() == [0.01] * (steps + 1)

    def test_rows_are_the_points_their_losses_and_their_gradients(self) -> None:
        found = trajectory(RunSpec(BOWL, GradientDescent(lr=0.1)), (1.0, -2.0), 100, end=NEVER)
        np.testing.assert_allclose(found.position, np.outer(0.8 ** np.arange(101), [1, -2]), rtol=1e-12)
        np.testing.assert_array_equal(found.loss, BOWL.value(found.position.T))
        np.testing.assert_array_equal(found.gradient.T, BOWL.gradient(found.position.T))

    def test_it_can_be_cancelled_between_blocks(self) -> None:
        asked = iter([False, False, True])
        found = trajectory(
            RunSpec(BOWL, GradientDescent()), (1.0, 1.0), 10_000, end=NEVER, should_stop=lambda: next(asked)
        )
        assert (found.ending, len(found.loss)) == (TerminationReason.CANCELLED, 3 * RECORDED_BLOCK)

    def test_a_cancelled_batch_says_so(self) -> None:
        asked = iter([False, False, False, True, True])
        found = batch_descent(
            RunSpec(BOWL, GradientDescent()),
            np.ones((2, 3)),
            10_000,
            end=NEVER,
            should_stop=lambda: next(asked),
        )
        assert {TerminationReason(value) for value in found.ending} == {TerminationReason.CANCELLED}
        assert (found.steps > 0).all()

    def test_it_grows_in_blocks_that_share_memory(self) -> None:
        parts = list(descend(RunSpec(BOWL, GradientDescent()), (1.0, 1.0), 150, end=NEVER, block=50))
        assert [len(part.loss) for part in parts] == [50, 100, 150, 151]
        assert [part.ending for part in parts[:-1]] == [TerminationReason.RUNNING] * 3
        assert all(np.shares_memory(part.position, parts[-1].position) for part in parts)

    def test_a_block_of_long_steps_is_short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # So that a window need not wait long for one that is no longer wanted.
        landscape = classifier(blobs())
        start = (0.0,) * landscape.dimension
        sizes = []
        for steps in (1000, 3, 0):
            monkeypatch.setattr(
                "optexplorer.engine.descent.LEARNING_WORK", steps * landscape.examples * landscape.dimension
            )
            first = next(descend(RunSpec(landscape, GradientDescent(lr=0.01)), start, 100, end=NEVER))
            sizes.append(len(first.loss))
        assert sizes == [LEARNING_BLOCK, 3, 1]

    def test_blocks_make_no_difference(self) -> None:
        run_spec = RunSpec(
            landscapes.get("himmelblau"), Adam(lr=0.3), Plateau(patience=2), Noisy(clip_norm=5)
        )
        for block in (1, 7, 400):
            *_, one = descend(run_spec, (0.5, -1.5), 300, block=block)
            other = trajectory(run_spec, (0.5, -1.5), 300)
            np.testing.assert_array_equal(one.position, other.position)
            np.testing.assert_array_equal(one.learning_rate, other.learning_rate)

    def test_what_it_returns_cannot_be_changed(self) -> None:
        found = trajectory(RunSpec(BOWL, GradientDescent()), (1.0, 1.0), 5)
        with pytest.raises(ValueError, match="read-only"):
            found.position[0, 0] = 3.0


class TestManyPoints:
    """Each point of a batch goes exactly where it goes alone."""

    @pytest.mark.parametrize(
        ("run_spec", "steps"),
        [
            (RunSpec(landscapes.get("himmelblau"), GradientDescent(lr=0.01)), 300),
            (RunSpec(landscapes.get("himmelblau"), GradientDescent(lr=0.1)), 100),
            (RunSpec(landscapes.get("rastrigin"), Momentum(lr=0.01)), 200),
            (RunSpec(landscapes.get("beale"), Adam(lr=0.3)), 400),
            (RunSpec(landscapes.get("rosenbrock"), GradientDescent(lr=0.002), source=Noisy(sigma=0.1)), 80),
            (RunSpec(landscapes.get("quadratic-1d"), GradientDescent(lr=0.3)), 300),
        ],
        ids=lambda value: f"{value.landscape.id}-{value.optimizer.id}" if isinstance(value, RunSpec) else "",
    )
    def test_batch_and_single_agree_to_the_bit(self, run_spec: RunSpec, steps: int) -> None:
        low, high = np.array(run_spec.landscape.domain).T
        starts = np.random.default_rng(3).uniform(
            low[:, None], high[:, None], (run_spec.landscape.dimension, 40)
        )
        batch = batch_descent(run_spec, starts, steps)
        for j, start in enumerate(starts.T):
            alone = trajectory(run_spec, start, steps)
            np.testing.assert_array_equal(batch.position[:, j], alone.position[-1])
            assert batch.loss[j] == alone.loss[-1]
            assert batch.steps[j] == alone.steps
            assert TerminationReason(batch.ending[j]) is alone.ending

    def test_points_that_end_early_are_dropped_without_a_trace(self) -> None:
        # Most points converge or diverge at once: only one goes on.
        run_spec = RunSpec(formula("x^4 + x^2 + y^2"), Momentum(lr=0.05, momentum=0.5))
        x = np.array([0.0, 9.0, 1.5] + [0.0] * 30 + [8.0] * 30)
        starts = np.stack([x, np.where(x == 1.5, 1.0, 0.0)])
        batch = batch_descent(run_spec, starts, 2000)
        endings = [TerminationReason(value) for value in batch.ending]
        assert set(endings) == {TerminationReason.CONVERGED, TerminationReason.DIVERGED}
        for j in range(4):
            alone = trajectory(run_spec, starts[:, j], 2000)
            np.testing.assert_array_equal(batch.position[:, j], alone.position[-1])
            assert (batch.steps[j], endings[j]) == (alone.steps, alone.ending)

    def test_more_points_than_descend_together_are_all_taken(self) -> None:
        count = CACHED_NUMBERS // 2 + 3
        starts = np.stack([np.linspace(-1, 1, count), np.ones(count)])
        batch = batch_descent(RunSpec(BOWL, GradientDescent(lr=0.1)), starts, 5, end=NEVER)
        np.testing.assert_allclose(batch.position, starts * 0.8**5, rtol=1e-12)
        assert (batch.steps == 5).all()

    def test_the_starts_stay_as_they_were(self) -> None:
        starts = np.ones((2, 3))
        batch_descent(RunSpec(BOWL, GradientDescent(lr=0.1)), starts, 5)
        assert (starts == 1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run_spec: trajectory(run_spec, (1.0,), 5), r"start: test needs 2 coordinate\(s\) \(x, y\)"),
        (lambda run_spec: trajectory(run_spec, (1.0, 2.0, 3.0), 5), r"shape \(3,\)"),
        (lambda run_spec: trajectory(run_spec, (math.nan, 1.0), 5), "must be finite"),
        (lambda run_spec: trajectory(run_spec, (math.inf, 1.0), 5), "must be finite"),
        (lambda run_spec: batch_descent(run_spec, np.ones(2), 5), r"shape \(2,\)"),
        (lambda run_spec: batch_descent(run_spec, np.ones((3, 2)), 5), r"shape \(3, 2\)"),
        (lambda run_spec: batch_descent(run_spec, np.full((2, 2), np.nan), 5), "must be finite"),
    ],
)
def test_bad_starts_are_refused(call: Callable[[RunSpec], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(RunSpec(BOWL, GradientDescent()))
