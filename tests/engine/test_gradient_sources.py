"""Where gradients come from: noise, differences, clipping; and that no racer's noise depends on another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine import gradient_sources, landscapes, optimizers
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.finite_differences import FiniteDifferences
from optexplorer.engine.gradient_sources.noisy import NOISE_BLOCK, Noisy
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.run_spec import RunSpec
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer

HIMMELBLAU = landscapes.get("himmelblau")
START = (0.5, -1.5)
FOR_EVER = StoppingCriteria(converge=False)
STILL = GradientDescent(lr=1e-12)
SOURCES: list[GradientSource] = [
    Noisy(sigma=0.5),
    Noisy(sigma=0.5, noise="proportional"),
    Noisy(sigma=0.5, clip_norm=1, clip_value=0.8),
    FiniteDifferences(),
    FiniteDifferences(scheme="forward", step_size=1e-3),
    Exact(clip_norm=2),
]


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))


def gradients(source: GradientSource, x: Array) -> Array:
    return source.bind(HIMMELBLAU, stream()).sample(x)


def noise_along(source: GradientSource, steps: int, **run_spec: Any) -> Array:
    """Return what the source adds to the true gradient at each step of a point that hardly moves."""
    result = trajectory(RunSpec(HIMMELBLAU, STILL, source=source, **run_spec), START, steps, end=FOR_EVER)
    return result.gradient - HIMMELBLAU.gradient(result.position.T).T


def test_exact_gradients_are_the_landscapes_own() -> None:
    x = np.array([[0.5, 3.0, -2.0], [-1.5, 2.0, 4.0]])
    np.testing.assert_array_equal(gradients(Exact(), x), HIMMELBLAU.gradient(x))


def test_isotropic_noise_has_the_chosen_spread_in_every_component() -> None:
    noise = noise_along(Noisy(sigma=0.3), 4000)
    np.testing.assert_allclose(noise.std(axis=0), 0.3, rtol=0.05)
    np.testing.assert_allclose(noise.mean(axis=0), 0.0, atol=0.02)
    # Neither the components nor one step and the next know of each other.
    assert abs((noise[:, 0] * noise[:, 1]).mean()) < 0.06 * 0.3**2
    assert abs((noise[1:] * noise[:-1]).mean(axis=0)).max() < 0.06 * 0.3**2


def test_proportional_noise_grows_with_the_gradient_and_vanishes_in_the_valley() -> None:
    norm = np.linalg.norm(HIMMELBLAU.gradient(np.array(START)))
    noise = noise_along(Noisy(sigma=0.3, noise="proportional"), 4000)
    np.testing.assert_allclose(noise.std(axis=0), 0.3 * norm, rtol=0.05)
    # At the minimum (3, 2) the gradient is exactly zero.
    source = Noisy(sigma=0.3, noise="proportional")
    np.testing.assert_array_equal(gradients(source, np.array([3.0, 2.0])), [0.0, 0.0])


def test_noise_of_no_size_is_no_noise() -> None:
    np.testing.assert_array_equal(noise_along(Noisy(sigma=0), 10), np.zeros((11, 2)))


def test_the_same_seed_gives_the_same_bits_and_another_seed_or_stream_others() -> None:
    noise = noise_along(Noisy(), 50, seed=3, stream=1)
    np.testing.assert_array_equal(noise_along(Noisy(), 50, seed=3, stream=1), noise)
    assert (noise_along(Noisy(), 50, seed=4, stream=1) != noise).all()
    assert (noise_along(Noisy(), 50, seed=3, stream=2) != noise).all()


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    # Noise is drawn in blocks; where they end must not show.
    steps = NOISE_BLOCK + 10
    long, short = noise_along(Noisy(), 2 * steps), noise_along(Noisy(), steps)
    np.testing.assert_array_equal(long[: steps + 1], short)


@pytest.mark.parametrize("source", SOURCES, ids=repr)
@pytest.mark.parametrize("id", ["gd", "momentum", "adam"])
def test_a_batch_arrives_where_its_points_would_alone(id: str, source: GradientSource) -> None:
    run_spec = RunSpec(HIMMELBLAU, optimizers.get(id)(lr=0.01), source=source, seed=5)
    starts = np.random.default_rng(1).uniform(-5, 5, (2, 25))
    # More steps than one block of noise.
    together = batch_descent(run_spec, starts, NOISE_BLOCK + 20, end=FOR_EVER)
    for i, start in enumerate(starts.T):
        alone = trajectory(run_spec, start, NOISE_BLOCK + 20, end=FOR_EVER)
        np.testing.assert_array_equal(together.position[:, i], alone.position[-1])


def test_an_optimizer_that_looks_around_sees_the_same_noise_within_a_step() -> None:
    sample, same_sample, *_ = Noisy(sigma=2).bind(HIMMELBLAU, stream())
    here, there = np.array(START), np.array([1.0, 1.0])
    for _ in range(3):
        noise = sample(here) - HIMMELBLAU.gradient(here)
        np.testing.assert_allclose(same_sample(there) - HIMMELBLAU.gradient(there), noise, atol=1e-12)
    assert (sample(here) != same_sample(there)).all()


@pytest.mark.parametrize(("scheme", "order"), [("central", 2), ("forward", 1)])
def test_the_error_of_differences_shrinks_with_the_order_of_their_scheme(scheme: Any, order: int) -> None:
    x = np.array(START)

    def error(step_size: float) -> float:
        source = FiniteDifferences(scheme=scheme, step_size=step_size)
        return float(np.abs(gradients(source, x) - HIMMELBLAU.gradient(x)).max())

    assert error(1e-2) / error(1e-3) == pytest.approx(10**order, rel=0.05)
    # Too near, and rounding takes over.
    assert error(1e-13) > error(1e-5)


def test_differences_need_no_gradient_of_the_landscape() -> None:
    class ValueOnly:
        dimension = 2

        def value(self, x: Array) -> Array:
            return np.asarray(x[0] * x[0] + 3 * x[1])

    landscape: Any = ValueOnly()
    found = FiniteDifferences(step_size=1e-3).bind(landscape, stream()).sample(np.array([2.0, 1.0]))
    np.testing.assert_allclose(found, [4.0, 3.0], rtol=1e-9)


def test_gradients_longer_than_the_norm_allowed_are_shortened_as_pytorch_does() -> None:
    x = np.array([[0.5, 3.0], [-1.5, 2.0001]])
    true = HIMMELBLAU.gradient(x)
    lengths = np.sqrt((true**2).sum(axis=0))
    assert lengths[0] > 1 > lengths[1]
    # torch.nn.utils.clip_grad_norm_: max_norm / (norm + 1e-6), no more than 1.
    np.testing.assert_allclose(gradients(Exact(clip_norm=1), x)[:, 0], true[:, 0] / (lengths[0] + 1e-6))
    np.testing.assert_array_equal(gradients(Exact(clip_norm=1), x)[:, 1], true[:, 1])


def test_components_beyond_the_value_allowed_are_cut_and_before_the_norm() -> None:
    x = np.array(START)
    true = HIMMELBLAU.gradient(x)
    np.testing.assert_array_equal(gradients(Exact(clip_value=10), x), np.clip(true, -10, 10))
    both = gradients(Exact(clip_value=10, clip_norm=5), x)
    np.testing.assert_allclose(np.linalg.norm(both), 5, rtol=1e-6)
    np.testing.assert_allclose(np.sign(both), np.sign(true))


def test_noise_is_clipped_too() -> None:
    result = trajectory(
        RunSpec(HIMMELBLAU, STILL, source=Noisy(sigma=1e3, clip_norm=2)), START, 50, end=FOR_EVER
    )
    assert (result.gradient_norm <= 2).all()


def test_a_stochastic_optimizer_takes_noise_unless_told_otherwise() -> None:
    sgd, gd = optimizers.get("sgd")(lr=0.01), optimizers.get("gd")(lr=0.01)

    def positions(optimizer: Any, source: GradientSource | None) -> Array:
        return trajectory(RunSpec(HIMMELBLAU, optimizer, source=source), START, 20).position

    np.testing.assert_array_equal(positions(sgd, None), positions(gd, Noisy()))
    np.testing.assert_array_equal(positions(sgd, Exact()), positions(gd, None))
    assert (positions(sgd, None)[1:] != positions(gd, None)[1:]).all()


def test_adding_and_removing_racers_leaves_the_others_as_they_were() -> None:
    first, second = (Racer(optimizer=GradientDescent(lr=0.01), source=Noisy(), stream=n) for n in range(2))
    both = Experiment(landscape="himmelblau", racers=(first, second), seed=7)
    alone = Experiment(landscape="himmelblau", racers=(second,), seed=7)
    assert alone.next_stream() == 2

    def path(experiment: Experiment, racer: Racer) -> Array:
        return trajectory(experiment.run_spec(racer), experiment.start, 40).position

    np.testing.assert_array_equal(path(both, second), path(alone, second))
    assert (path(both, first)[1:] != path(both, second)[1:]).all()


@pytest.mark.parametrize("id", gradient_sources.ids())
def test_every_source_is_told_in_both_languages(id: str) -> None:
    source = gradient_sources.get(id)
    assert all(source.title)
    assert all(source.idea)
    assert source.title.en != source.title.ja
