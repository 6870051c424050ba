"""The lines of the gallery's experiments that learn from data: true with the seeds they have, and with others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.sharpness import GrowingSharpness
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.gallery import entries
from tests.robustness import START_MOVES, paths

SEEDS = (None, 1, 2)
"""None is the entry as it is; others are the seeds of data, initial weights and mini-batches alike."""


def definition_of(experiment: Experiment) -> ModelDefinition:
    landscape = experiment.landscape
    found = experiment.resolve_landscape().definition if isinstance(landscape, str) else landscape
    assert isinstance(found, ModelDefinition)
    return found


def experiment(id: str, seed: int | None = None, **changes: object) -> Experiment:
    """Return an entry's experiment; with another seed everywhere, and with other settings of its landscape."""
    found = next(entry.experiment for entry in entries() if entry.id == id)
    if seed is None and not changes:
        return found
    fields: dict[str, Any] = definition_of(found).model_dump()
    if seed is not None:
        for part in (fields["data"], fields["model"]):
            if "seed" in part:
                part["seed"] = seed
    # Initial weights of a network belong to its seed; starts of two parameters are the entry's own.
    start = found.start if found.resolve_landscape().dimension == 2 else ()
    return found.evolve(
        landscape={**fields, **changes}, start=start, seed=found.seed if seed is None else seed
    )


def landscape_of(experiment: Experiment) -> ModelLandscape:
    landscape = experiment.resolve_landscape()
    assert isinstance(landscape, ModelLandscape)
    return landscape


def minimum_of(experiment: Experiment) -> NDArray[np.float64]:
    return np.array(landscape_of(experiment).minima[0].position)


def rise(path: Trajectory) -> float:
    """Return by which factor the held-out loss ends above its lowest value."""
    held_out = path.measures["held_out_loss"]
    return float(held_out[-1] / held_out.min())


def test_entries_that_learn_are_enough() -> None:
    assert sum(bool(entry.experiment.resolve_landscape().examples) for entry in entries()) >= 10


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("moved", START_MOVES)
class TestTwoParameters:
    def test_rates_creep_run_and_leap(self, moved: float, seed: int | None) -> None:
        shown = experiment("15-line-three-rates", seed)
        lowest, best = landscape_of(shown).minima[0].value, minimum_of(shown)
        creeping, running, leaping = paths(shown, moved)
        assert creeping.loss[-1] > 1.4 * lowest
        assert running.loss[30] < 1.02 * lowest
        sides = np.sign(leaping.y[1:16] - best[1])
        assert np.all(sides[1:] == -sides[:-1])
        assert leaping.loss[-1] < 1.01 * lowest

    def test_three_outliers_pull_a_line_and_hubers_loss_holds_it(
        self, moved: float, seed: int | None
    ) -> None:
        away = []
        for id in ("16-outliers-pull", "17-huber"):
            (path,) = paths(experiment(id, seed), moved)
            assert path.gradient_norm[-1] < 1e-3
            x = np.linspace(-1, 1, 41)
            away.append(np.abs(path.x[-1] * x + path.y[-1] - (2 * x - 1)).max())
        pulled, held = away
        assert pulled > 0.8
        assert held < 0.6 * pulled

    def test_unequal_features_make_a_ravine_that_standardising_rounds(
        self, moved: float, seed: int | None
    ) -> None:
        shown = experiment("18-unequal-features", seed)
        descent, *_ = paths(shown, moved)
        across = np.linalg.eigh(landscape_of(shown).hessian(minimum_of(shown)))[1][:, -1]
        sides = np.sign((descent.position[1:10] - minimum_of(shown)) @ across)
        assert np.all(sides[1:] == -sides[:-1])

        def condition(of: Experiment) -> float:
            low, high = np.linalg.eigvalsh(landscape_of(of).hessian(minimum_of(of)))
            return float(high / low)

        assert condition(shown) > 15
        assert condition(experiment("18-unequal-features", seed, standardise=True)) < 1.7

    def test_longer_weights_are_ever_better(self, moved: float, seed: int | None) -> None:
        for path in paths(experiment("19-logistic", seed), moved):
            lengths = np.linalg.norm(path.position, axis=1)
            assert np.all(path.measures["accuracy"][20:] == 1)
            assert np.all(np.diff(lengths[20:]) > 0)
            assert np.all(np.diff(path.loss[20:]) < 0)

    def test_a_step_too_large_kills_a_relu(self, moved: float, seed: int | None) -> None:
        shown = experiment("20-dead-relu", seed)
        *alive, dead = paths(shown, moved)
        assert dead.gradient_norm[0] > 0
        assert not dead.gradient_norm[1:].any()
        inputs = landscape_of(shown).data.inputs
        assert not landscape_of(shown).predict(dead.position[-1], inputs).any()
        assert all(path.loss[-1] < 0.7 * dead.loss[-1] for path in alive)

    def test_two_layers_wait_at_the_saddle_and_find_two_valleys(self, moved: float, seed: int | None) -> None:
        first, second, third = paths(experiment("21-two-layers", seed), moved)
        for waiting in (first, second):
            assert waiting.gradient_norm[:5].max() < 0.2 * waiting.gradient_norm.max()
        assert first.x[-1] > 1 > -1 > second.x[-1]
        assert third.x[-1] > 1
        assert first.loss[-1] == pytest.approx(second.loss[-1], abs=1e-6)
        assert first.loss[-1] == pytest.approx(third.loss[-1], abs=1e-6)

    def test_small_batches_tremble(self, moved: float, seed: int | None) -> None:
        single, sixteen, full = (
            np.linalg.norm(np.diff(path.position[-40:], axis=0), axis=1).mean()
            for path in paths(experiment("22-batch-sizes", seed), moved)
        )
        assert single > 2 * sixteen
        assert sixteen > 5 * full


# They take longer: a moved start and another seed are not tried together.
@pytest.mark.parametrize(
    ("moved", "seed"), [*((moved, None) for moved in START_MOVES[:2]), (0.0, 1), (0.0, 2)]
)
class TestNetworks:
    def test_momentum_and_adam_bend_the_boundary_first(self, moved: float, seed: int | None) -> None:
        plain, *others = paths(experiment("23-moons-race", seed), moved)
        # Straight boundaries come this far.
        for path in (plain, *others):
            assert path.measures["accuracy"][50] < 0.95
        assert all(path.loss[-1] < 0.85 * plain.loss[-1] for path in others)

    def test_xor_needs_hidden_units(self, moved: float, seed: int | None) -> None:
        shown = experiment("24-xor-network", seed)
        fields = definition_of(shown).model_dump()
        # From some initial weights four units take longer; the line does not speak of how soon.
        shown = shown.evolve(landscape={**fields, "model": {**fields["model"], "seed": 1}}, start=())
        assert all(path.measures["accuracy"][-1] > 0.95 for path in paths(shown, moved))
        without = shown.evolve(landscape={**fields, "model": {**fields["model"], "hidden": ()}}, start=())
        assert all(path.measures["accuracy"].max() < 0.8 for path in paths(without, moved))

    def test_a_network_winds_its_boundary_around_spirals(self, moved: float, seed: int | None) -> None:
        small, _, adam = (
            path.measures["accuracy"][-1] for path in paths(experiment("25-spirals", seed), moved)
        )
        assert small < 0.85
        assert adam > 0.97

    def test_muon_takes_strong_and_weak_directions_at_one_pace(self, moved: float, seed: int | None) -> None:
        shown = experiment("26-muon", seed)
        matrix = np.zeros((2, 2))
        data = landscape_of(shown).data
        rows, columns = data.inputs.astype(int).T
        matrix[rows, columns] = data.targets
        values, directions = np.linalg.eigh(matrix)

        def arrivals(path: Trajectory) -> tuple[float, float]:
            """Return the steps at which half of the weak and of the strong direction are learned."""
            factor = path.position.reshape(-1, 2, 2)
            learned = directions.T @ (factor @ factor.transpose(0, 2, 1)) @ directions
            halves = [learned[:, k, k] > 0.5 * values[k] for k in (0, 1)]
            weak, strong = (float(half.argmax()) if half.any() else np.inf for half in halves)
            return weak, strong

        descent, momentum, muon = (arrivals(path) for path in paths(shown, moved))
        for weak, strong in (descent, momentum):
            assert weak > 1.4 * strong
        weak, strong = muon
        # At one pace a weight of W grows as far as the root of what it has to make.
        assert weak / strong == pytest.approx(np.sqrt(values[0] / values[1]), abs=0.2)

    def test_a_small_network_reads_digits(self, moved: float, seed: int | None) -> None:
        shown = experiment("27-digits", seed)
        assert landscape_of(shown).dimension > 1000
        for path in paths(shown, moved):
            assert path.measures["held_out_accuracy"][0] < 0.3
            assert path.measures["held_out_accuracy"][-1] > 0.8

    def test_training_learns_the_noise_and_weight_decay_does_not(
        self, moved: float, seed: int | None
    ) -> None:
        shown = experiment("28-overfitting", seed)
        plain, decayed = paths(shown, moved)
        assert plain.loss[-1] < decayed.loss[-1]
        assert rise(plain) > 1.1
        assert rise(plain) > rise(decayed) + 0.05
        x = np.linspace(-3, 3, 301)[:, np.newaxis]
        rough, calm = (
            np.abs(np.diff(landscape_of(shown).predict(path.position[-1], x), 2, axis=0)).sum()
            for path in (plain, decayed)
        )
        assert rough > 2 * calm

    def test_curvature_passes_the_limit_and_the_loss_leaps(self, moved: float, seed: int | None) -> None:
        shown = experiment("29-edge-of-stability", seed)
        _, path = paths(shown, moved)
        racer = shown.racers[1]
        sharpness = GrowingSharpness(shown.run_spec(racer), shown.steps).of(path)
        share = sharpness.eigenvalue / sharpness.limit[0]
        assert share[0] < 0.8
        peak = int(share.argmax())
        assert share[peak] > 1.1
        assert share[peak:].min() < 0.9
        leap = int(sharpness.steps[peak])
        assert path.loss[leap:].max() > 1.5 * path.loss[: leap + 1].min()
