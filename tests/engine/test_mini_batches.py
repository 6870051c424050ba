"""Mini-batches: which examples a step sees, and what is recorded of a descent on them."""

import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine import landscapes, optimizers, recording
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources import default_for
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.mini_batch import BatchOrder, MiniBatch
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes import registry
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.replay import Replay
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason

FOR_EVER = StoppingCriteria(converge=False)
GD = make(optimizers.get("gd"), {"lr": 0.05})
LINE = registry.read(
    {"kind": "model", "data": {"id": "line", "examples": 50}, "model": "linear", "held_out": 0.2}
).landscape()


def order(examples: int, size: int, replacement: bool = False, seed: int = 0) -> BatchOrder:
    return BatchOrder(examples, size, replacement, np.random.default_rng(seed))


@given(examples=st.integers(1, 60), size=st.integers(1, 70), epoch=st.integers(0, 5), seed=st.integers(0, 99))
def test_an_epoch_sees_every_example_once(examples: int, size: int, epoch: int, seed: int) -> None:
    drawn = order(examples, size, seed=seed)
    steps = range(epoch * drawn.steps_per_epoch, (epoch + 1) * drawn.steps_per_epoch)
    batches = [drawn.at(step).places for step in steps]
    assert sorted(np.concatenate(batches).tolist()) == list(range(examples))
    assert all(len(batch) == min(size, examples) for batch in batches[:-1])


@given(st.permutations(range(12)), st.booleans())
def test_a_batch_depends_on_the_number_of_its_step_alone(steps: list[int], replacement: bool) -> None:
    forward, asked = order(10, 4, replacement), order(10, 4, replacement)
    known = [forward.at(step) for step in range(12)]
    for step in steps:
        np.testing.assert_array_equal(asked.at(step).places, known[step].places)
        assert asked.at(step).mask_seed == known[step].mask_seed


@pytest.fixture
def restless_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless_threads")
def test_views_may_ask_for_batches_at_the_same_time() -> None:
    shared = order(8, 4)
    alone = [order(8, 4).at(step).places.tolist() for step in range(40)]

    def ask(seed: int) -> bool:
        steps = np.random.default_rng(seed).integers(0, 40, 400).tolist()
        return all(shared.at(step).places.tolist() == alone[step] for step in steps)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(8)))


def test_epochs_and_seeds_differ() -> None:
    one, other = order(40, 40), order(40, 40, seed=1)
    assert one.at(0).places.tolist() != one.at(1).places.tolist()
    assert one.at(0).places.tolist() != other.at(0).places.tolist()


def test_with_replacement_each_is_drawn_from_all() -> None:
    drawn = order(5, 5, replacement=True)
    places = np.concatenate([drawn.at(step).places for step in range(400)])
    # A share of 1/5 each, with a standard deviation of 0.9 %.
    assert np.bincount(places).min() > 0.16 * len(places)
    assert any(len(set(drawn.at(step).places.tolist())) < 5 for step in range(20))


def test_a_batch_of_all_is_the_exact_gradient() -> None:
    whole = trajectory(RunSpec(LINE, GD, source=MiniBatch(batch_size=1000)), LINE.start, 20, end=FOR_EVER)
    exact = trajectory(RunSpec(LINE, GD, source=Exact()), LINE.start, 20, end=FOR_EVER)
    np.testing.assert_allclose(whole.position, exact.position, rtol=0, atol=1e-12)
    assert whole.steps_per_epoch == 1


def test_sgd_takes_mini_batches_where_there_are_data() -> None:
    sgd = make(optimizers.get("sgd"), {})
    assert isinstance(default_for(sgd, LINE), MiniBatch)
    assert isinstance(default_for(sgd, landscapes.get("booth")), Noisy)
    assert isinstance(default_for(GD, LINE), Exact)


def test_a_formula_has_no_mini_batches() -> None:
    with pytest.raises(ValueError, match="'booth' is not made of data, so it has no mini-batches; choose"):
        trajectory(RunSpec(landscapes.get("booth"), GD, source=MiniBatch()), (0, 0), 5)


def test_what_is_recorded() -> None:
    run_spec = RunSpec(LINE, GD, source=MiniBatch(batch_size=8), seed=4, stream=2)
    found = trajectory(run_spec, LINE.start, 30, end=FOR_EVER)
    assert found.steps_per_epoch == 5
    assert set(found.measures) == {"batch_loss", "held_out_loss"}
    for step in (0, 7, 30):
        sample = found.sample_at(step)
        assert sample is not None
        loss, gradient = LINE.sample_loss_and_gradient(found.position[step], sample)
        assert loss == found.measures["batch_loss"][step]
        np.testing.assert_array_equal(gradient, found.gradient[step])
        inputs, targets = LINE.training.inputs[sample.places], LINE.training.targets[sample.places]
        w, b = found.position[step]
        np.testing.assert_allclose(loss, np.mean((inputs[:, 0] * w + b - targets) ** 2), rtol=1e-12)
    np.testing.assert_array_equal(LINE.value(found.position.T), found.loss)


def test_racers_of_other_streams_see_other_batches_and_equal_ones_the_same() -> None:
    specs = [
        RunSpec(LINE, GD, source=MiniBatch(), seed=seed, stream=stream)
        for seed, stream in ((1, 0), (1, 1), (1, 0))
    ]
    first, second, again = (trajectory(spec, LINE.start, 20).position for spec in specs)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("id", [id for id in optimizers.ids() if not make(optimizers.get(id), {}).needs])
def test_many_points_go_where_each_would_go_alone(id: str) -> None:
    run_spec = RunSpec(LINE, make(optimizers.get(id), {}), source=MiniBatch(batch_size=8))
    starts = np.random.default_rng(0).uniform(-2, 2, (2, 6))
    together = batch_descent(run_spec, starts, 25, end=FOR_EVER)
    for place in range(6):
        alone = trajectory(run_spec, starts[:, place], 25, end=FOR_EVER)
        np.testing.assert_array_equal(together.position[:, place], alone.position[-1])


def test_a_long_descent_keeps_evenly_spaced_rows_and_finds_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_spec = RunSpec(LINE, make(optimizers.get("adam"), {}), source=MiniBatch(batch_size=8))
    whole = trajectory(run_spec, LINE.start, 500, end=FOR_EVER)
    monkeypatch.setattr(recording, "KEPT_NUMBERS", 200)
    sparse = pickle.loads(pickle.dumps(trajectory(run_spec, LINE.start, 500, end=FOR_EVER)))
    np.testing.assert_array_equal(sparse.kept_steps, [*range(0, 500, 6), 500])
    np.testing.assert_array_equal(sparse.positions(sparse.kept_steps), whole.position[sparse.kept_steps])
    np.testing.assert_array_equal(sparse.positions(range(501)), whole.position)
    np.testing.assert_array_equal(sparse.gradients([311, 5]), whole.gradient[[311, 5]])
    np.testing.assert_array_equal(sparse.measures["batch_loss"], whole.measures["batch_loss"])
    assert sparse.ending is TerminationReason.STEP_LIMIT
    one, other = sparse.sample_at(77), whole.sample_at(77)
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.places, other.places)


def test_a_replay_sees_the_batches_of_then() -> None:
    run_spec = RunSpec(LINE, make(optimizers.get("sam"), {}), source=MiniBatch(batch_size=8))
    path = trajectory(run_spec, LINE.start, 40, end=FOR_EVER)
    replay = Replay(run_spec, path, 40)
    for step in (30, 3, 17):
        taken = replay.moment(step).terms[-1].value
        np.testing.assert_array_equal(path.position[step] + taken, path.position[step + 1])


def test_data_are_no_landscape_of_formulas() -> None:
    landscape: Landscape = landscapes.get("booth")
    assert landscape.examples == 0
    assert landscape.measures == ()
    assert landscape.measure(np.zeros((2, 3))).shape == (0, 3)
