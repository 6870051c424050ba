"""The gallery's experiments: complete in both languages, and worth seeing."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import from_json, to_json
from optexplorer.experiment.gallery import Entry, entries
from optexplorer.runs.basins import basin_map
from optexplorer.scene.basins import basin_spec
from optexplorer.scene.computed import compute
from tests.robustness import START_MOVES, chaotic_racers, paths


def test_there_are_enough_and_each_is_another() -> None:
    assert 24 <= len(entries()) <= 32
    for texts in ([entry.title.en for entry in entries()], [entry.title.ja for entry in entries()]):
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_an_entry_is_complete_and_can_be_drawn(entry: Entry) -> None:
    for text in (entry.title, entry.line):
        assert text.en.isascii() or "β" in text.en
        assert not text.ja.isascii()
    assert entry.line.ja.endswith(("。", "か。"))
    assert from_json(to_json(entry.experiment)) == entry.experiment
    computed = compute(entry.experiment)
    assert computed.samples is not None
    assert (entry.view == "curve") == (computed.landscape.dimension == 1)
    assert entry.view not in ("fit", "network") or computed.landscape.examples
    assert entry.playhead is None or entry.playhead <= computed.length
    assert len({racer.colour for racer in entry.experiment.racers}) == len(entry.experiment.racers) > 0
    assert any(t is not None and t.ending is not TerminationReason.DIVERGED for t in computed.trajectories)


def experiment(id: str, seed: int | None = None) -> Experiment:
    found = next(entry.experiment for entry in entries() if entry.id == id)
    return found if seed is None else found.model_copy(update={"seed": seed})


def first_below(level: float, path: Trajectory) -> int | None:
    below = path.loss < level
    return int(below.argmax()) if below.any() else None


CHAOTIC = {"08-banana": [4], "29-edge-of-stability": [2]}
"""Racers of which only what holds for all their paths may be said.

BFGS arrives, whatever its way; the edge of stability is left with a leap, wherever that leads.
"""


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_only_those_racers_depend_on_rounding(entry: Entry) -> None:
    assert chaotic_racers(entry.experiment) == CHAOTIC.get(entry.id, [])


@pytest.mark.numbers
@pytest.mark.parametrize("moved", START_MOVES)
class TestLines:
    """Every line is true, from the starts as they are and moved as far as nobody may notice."""

    def test_in_a_ravine_descent_zigzags_and_the_others_run_along_the_floor(self, moved: float) -> None:
        zigzag, *others = paths(experiment("01-ravine"), moved)

        def crossings(path: Trajectory) -> int:
            return int((np.diff(np.sign(path.y[:20])) != 0).sum())

        assert crossings(zigzag) >= 18
        assert all(crossings(path) < 10 for path in others)

    def test_rates_creep_jump_and_fly_out(self, moved: float) -> None:
        creeping, jumping, flying = (path.x for path in paths(experiment("02-rate-too-large"), moved))
        assert np.all(creeping[1:] / creeping[:-1] > 0.85)
        assert np.all(np.sign(jumping[1:]) == -np.sign(jumping[:-1]))
        assert abs(jumping[-1]) < 0.01
        assert np.all(np.abs(flying[1:]) > np.abs(flying[:-1]))

    def test_a_heavy_ball_runs_past_the_valley(self, moved: float) -> None:
        heavy = list(paths(experiment("03-momentum-overshoots"), moved))[1]
        target = np.sign(heavy.x[0])
        assert (target * heavy.x).min() < -0.5
        assert np.linalg.norm(heavy.position[-1]) < 0.2

    def test_adam_drifts_the_wrong_way(self, moved: float) -> None:
        adam, descent = paths(experiment("04-adams-trap"), moved)
        assert descent.y[-1] < 0 < adam.y[-1]

    def test_adagrad_stalls_where_rmsprop_arrives(self, moved: float) -> None:
        adagrad, rmsprop, _ = paths(experiment("05-adagrad-stalls"), moved)
        assert adagrad.x[-1] < 0
        assert rmsprop.x[-1] > 3.5

    def test_each_start_has_its_own_minimum(self, moved: float) -> None:
        race = list(paths(experiment("06-start-decides"), moved))
        assert all(path.loss[-1] < 1e-6 for path in race)
        ends = [path.position[-1] for path in race]
        assert min(np.linalg.norm(a - b) for k, a in enumerate(ends) for b in ends[:k]) > 3

    def test_all_get_away_from_the_saddle_the_sooner_the_better(self, moved: float) -> None:
        first_steps = [first_below(-0.2, path) for path in paths(experiment("07-saddle"), moved)]
        assert None not in first_steps
        assert first_steps[0] == max(first_steps, key=lambda step: step or 0)

    def test_second_order_follows_the_banana_valley(self, moved: float) -> None:
        *others, bfgs = paths(experiment("08-banana"), moved)
        assert bfgs.loss[-1] < 1e-10
        assert all(path.loss[-1] > 0.05 for path in others)

    def test_noise_may_find_the_deep_valley(self, moved: float) -> None:
        exact, noisy = paths(experiment("09-noise-escapes"), moved)
        assert exact.loss[-1] == pytest.approx(-0.985, abs=0.001)
        assert noisy.loss[-1] < -1.5

    def test_a_large_rate_settles_in_the_flat_valley(self, moved: float) -> None:
        small, large = paths(experiment("10-flat-and-sharp"), moved)
        landscape = landscapes.get("sharp-and-flat")
        sharp, flat = (
            float(np.linalg.norm(landscape.hessian(path.position[-1]), 2)) for path in (small, large)
        )
        assert small.gradient_norm[-1] < 1e-3
        assert large.gradient_norm[-1] < 1e-3
        assert 2 / sharp < 0.3 < 2 / flat

    def test_adaptive_rates_cross_the_plateau(self, moved: float) -> None:
        plain, _, rmsprop, adam = paths(experiment("11-plateau"), moved)
        assert np.linalg.norm(plain.position[-1] - plain.position[0]) < 1
        assert rmsprop.loss[-1] < 1e-3
        assert adam.loss[-1] < 1e-3

    def test_everyone_is_caught_among_a_hundred_valleys(self, moved: float) -> None:
        assert all(path.loss[-10:].min() > 20 for path in paths(experiment("12-many-valleys"), moved))

    def test_newton_needs_few_steps(self, moved: float) -> None:
        newton, _, *others = paths(experiment("14-newton"), moved)
        arrival = first_below(1e-3, newton)
        assert arrival is not None
        assert arrival < 10
        assert all(first_below(1e-3, path) is None for path in others)


def test_momentum_frays_the_borders_of_the_basins() -> None:
    shown = experiment("31-four-basins")
    samples = compute(shown).samples
    borders = []
    for number in (0, 1):
        seen = shown.evolve(appearance=shown.appearance.evolve(basin_racer=number))
        spec = basin_spec(seen, samples, 64)
        assert spec is not None
        labels = basin_map(spec).labels
        assert set(np.unique(labels)) == {0, 1, 2, 3}
        borders.append((labels[:, 1:] != labels[:, :-1]).mean())
    smooth, frayed = borders
    # A straight border through each row and column, and one more.
    assert smooth < 3 / 64
    assert frayed > 2.5 * smooth


def test_noise_escapes_with_many_seeds() -> None:
    ends = [list(paths(experiment("09-noise-escapes", seed)))[1].loss[-1] for seed in range(20)]
    assert sum(end < -1.5 for end in ends) >= 5


def test_a_falling_rate_comes_to_rest_whatever_the_seed() -> None:
    for seed in (None, *range(20)):
        constant, falling = paths(experiment("13-schedules", seed))
        lengths = [
            np.linalg.norm(np.diff(path.position[-20:], axis=0), axis=1).mean()
            for path in (constant, falling)
        ]
        assert lengths[0] > 0.3
        assert lengths[1] < 0.01
        assert falling.loss[-1] < 0.5
