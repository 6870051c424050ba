"""Long paths are kept at checkpoints, and every row in between is found again to the bit."""

from __future__ import annotations

import math
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import checkpoints, descent, optimizers, recording, replay, schedules
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources.base import Gradients, GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.finite_differences import FiniteDifferences
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.replay import Replay
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from tests.spaces import ManyValleys

STEPS = 40
N = 12
LANDSCAPE = ManyValleys(N)
NEVER = StoppingCriteria(converge=False, escape=math.inf)
START = np.linspace(-2.0, 3.0, N)
EXAMPLES = [
    pytest.param(make(optimizers.get(id), example.settings), id=f"{id}-{number}")
    for id in optimizers.ids()
    for number, example in enumerate(optimizers.get(id).examples)
    if example.message is None
]
SCHEDULES = [schedules.get(id)() for id in schedules.ids()]


class Untold(GradientSource):
    """A noisy source, as a plugin may have it, that does not say how its random numbers are skipped."""

    id = "untold"

    def estimates(self, landscape: Landscape, random: np.random.Generator) -> Gradients:
        noisy = Noisy(sigma=0.1).estimates(landscape, random)
        return Gradients(noisy.sample, noisy.same_sample)


def both(
    monkeypatch: pytest.MonkeyPatch, run_spec: RunSpec, steps: int = STEPS, **how: Any
) -> list[Trajectory]:
    """Return the same path, once with every position and once with checkpoints."""
    end = how.pop("end", NEVER)
    found = []
    for most in (10**9, 0):
        monkeypatch.setattr(recording, "KEPT_NUMBERS", most)
        found.append(list(descent.descend(run_spec, START, steps, end=end, block=8))[-1])
    return found


def assert_same(whole: Trajectory, sparse: Trajectory) -> None:
    assert (sparse.ending, sparse.steps, sparse.undefined) == (whole.ending, whole.steps, whole.undefined)
    for name in ("loss", "learning_rate", "gradient_norm", "evaluations"):
        np.testing.assert_array_equal(getattr(sparse, name), getattr(whole, name))
    every = range(whole.steps + 1)
    np.testing.assert_array_equal(sparse.positions(every), whole.position)
    np.testing.assert_array_equal(sparse.gradients(every), whole.gradient)
    some = np.random.default_rng(0).permutation(whole.steps + 1)[:9].tolist()
    for step in some:
        np.testing.assert_array_equal(sparse.position_at(step), whole.position[step])
        np.testing.assert_array_equal(sparse.gradient_at(step), whole.gradient[step])
    np.testing.assert_array_equal(sparse.positions(some), whole.positions(some))
    assert (sparse.last_move, sparse.outcome()) == (whole.last_move, whole.outcome())
    assert sparse.csv() == whole.csv()


@pytest.mark.parametrize("optimizer", EXAMPLES)
@pytest.mark.parametrize("source", [Exact(), Noisy(sigma=0.1, clip_norm=3.0)], ids=lambda s: s.id)
def test_every_optimizer(monkeypatch: pytest.MonkeyPatch, optimizer: Any, source: GradientSource) -> None:
    assert_same(*both(monkeypatch, RunSpec(LANDSCAPE, optimizer, source=source, seed=3)))


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.id)
@pytest.mark.parametrize("id", ["momentum", "adam"])
def test_every_schedule(monkeypatch: pytest.MonkeyPatch, schedule: Any, id: str) -> None:
    optimizer = make(optimizers.get(id), {"lr": 0.3})
    for source in (Noisy(sigma=0.3), FiniteDifferences(), Untold()):
        assert_same(*both(monkeypatch, RunSpec(LANDSCAPE, optimizer, schedule, source)))


def test_a_closed_loop_after_a_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    plateau = {"id": "warmup", "total_iters": 9, "then": {"id": "plateau", "patience": 2, "factor": 0.5}}
    run_spec = RunSpec(
        LANDSCAPE, make(optimizers.get("gd"), {"lr": 0.9}), schedules.read(plateau), Noisy(sigma=1.0)
    )
    whole, sparse = both(monkeypatch, run_spec)
    assert len(set(whole.learning_rate)) > 10
    assert_same(whole, sparse)


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        ({"lr": 5.0}, StoppingCriteria()),
        ({"lr": 0.3}, StoppingCriteria(gradient=0.1, step=0.01)),
        ({"lr": 1e-300}, NEVER),
    ],
)
def test_every_ending(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], end: StoppingCriteria
) -> None:
    run_spec = RunSpec(LANDSCAPE, make(optimizers.get("gd"), settings))
    whole, sparse = both(monkeypatch, run_spec, end=end)
    assert whole.ending in (TerminationReason.DIVERGED, TerminationReason.CONVERGED) or whole.last_move == 0
    assert_same(whole, sparse)


def test_a_replay_goes_along_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    optimizer = make(optimizers.get("sam"), {"inner": "adam"})
    run_spec = RunSpec(LANDSCAPE, optimizer, schedules.read("one-cycle"), Noisy(sigma=0.1))
    whole, sparse = (Replay(run_spec, path, STEPS) for path in both(monkeypatch, run_spec))
    for step in (30, 3, 23, STEPS):
        one, other = whole.moment(step), sparse.moment(step)
        for left, right in zip(one.terms, other.terms, strict=True):
            np.testing.assert_array_equal(left.value, right.value)


def test_the_checkpoints_are_few_and_the_path_says_where_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sparse = both(monkeypatch, RunSpec(LANDSCAPE, make(optimizers.get("adam"), {})), 1000)
    assert sparse._checkpoints is not None
    assert 5 < sparse._checkpoints.count <= math.isqrt(1001) + 1
    with pytest.raises(AttributeError, match=r"position_at\(step\)"):
        _ = sparse.position
    with pytest.raises(AttributeError, match=r"gradient_at\(step\)"):
        _ = sparse.gradient
    for step in (-1, 1001):
        with pytest.raises(IndexError, match=f"step {step} is not one of the 1000"):
            sparse.position_at(step)
    again = pickle.loads(pickle.dumps(sparse))
    np.testing.assert_array_equal(again.position_at(777), sparse.position_at(777))


def test_large_points_are_kept_at_checkpoints_and_small_ones_whole() -> None:
    adam = make(optimizers.get("adam"), {})
    small = trajectory(RunSpec(ManyValleys(50), adam), np.ones(50), 20)
    assert small.position.shape == (21, 50)
    n = recording.KEPT_NUMBERS // 20
    large = trajectory(RunSpec(ManyValleys(n), adam), np.ones(n), 20, end=NEVER)
    with pytest.raises(AttributeError, match="not every position is kept"):
        _ = large.position
    assert large.position_at(20).shape == (n,)


@pytest.mark.parametrize("source", [Exact(), Noisy(sigma=0.1), Untold()])
def test_what_an_optimizer_remembers_does_not_take_more_than_its_share(
    monkeypatch: pytest.MonkeyPatch, source: GradientSource
) -> None:
    monkeypatch.setattr(checkpoints, "KEPT_NUMBERS", 40 * N)
    monkeypatch.setattr(checkpoints, "SEGMENT_NUMBERS", 3 * N)
    monkeypatch.setattr(replay, "CHECKPOINT", 2)
    monkeypatch.setattr(replay, "KEPT_NUMBERS", 50 * N)
    run_spec = RunSpec(LANDSCAPE, make(optimizers.get("l-bfgs"), {"lr": 0.01}), source=source)
    whole, sparse = both(monkeypatch, run_spec)
    kept = sparse._checkpoints._kept
    assert 2 <= len(kept) <= 5
    assert sum(map(checkpoints.numbers_in, kept)) <= 40 * N or len(kept) == 2
    assert_same(whole, sparse)
    for step in (STEPS, 0, 17, 16, 31):
        np.testing.assert_array_equal(sparse.position_at(step), whole.position[step])
    one, other = Replay(run_spec, whole, STEPS), Replay(run_spec, sparse, STEPS)
    for step in (STEPS, 30, 3, 23, 37):
        assert one.moment(step).terms[-1].value.tobytes() == other.moment(step).terms[-1].value.tobytes()
    assert len(one._states) <= 5


@pytest.fixture
def restless_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless_threads")
def test_views_that_ask_at_the_same_time_get_the_rows_they_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, thinned = both(monkeypatch, RunSpec(LANDSCAPE, make(optimizers.get("adam"), {"lr": 0.01})))

    def ask(seed: int) -> bool:
        steps = np.random.default_rng(seed).integers(0, STEPS + 1, 150).tolist()
        return all(np.array_equal(thinned.position_at(step), whole.position[step]) for step in steps)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(8)))
