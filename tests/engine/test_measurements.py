"""Losses of all examples along a descent: at every step, or at evenly spaced ones where they cost more than the steps."""

import csv
import io

import numpy as np
import pytest

from optexplorer.engine import measurements, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import StoppingCriteria, descend, trajectory
from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.landscapes import registry
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason

FOR_EVER = StoppingCriteria(converge=False)
NETWORK = registry.read(
    {
        "kind": "model",
        "data": {"id": "moons", "examples": 60},
        "model": {"id": "mlp", "hidden": [3]},
        "held_out": 0.2,
    }
).landscape()
SPEC = RunSpec(NETWORK, make(optimizers.get("adam"), {"lr": 0.02}), source=MiniBatch(batch_size=8))


def test_between_measured_steps_lie_straight_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = trajectory(SPEC, NETWORK.start, 50, end=FOR_EVER)
    assert exact.measure_interval == 1
    monkeypatch.setattr(measurements, "FREE", NETWORK.examples * NETWORK.dimension // 7)
    found = trajectory(SPEC, NETWORK.start, 50, end=FOR_EVER)
    np.testing.assert_array_equal(found.position, exact.position)
    steps = found.measured_steps
    assert (found.measure_interval, steps[-1]) == (8, 50)
    np.testing.assert_array_equal(found.loss[steps], exact.loss[steps])
    np.testing.assert_allclose(found.loss, np.interp(np.arange(51), steps, exact.loss[steps]), rtol=1e-12)
    for name in ("accuracy", "held_out_loss"):
        np.testing.assert_array_equal(found.measures[name][steps], exact.measures[name][steps])
    rows = list(csv.DictReader(io.StringIO(found.csv())))
    assert [k for k, row in enumerate(rows) if row["loss"]] == steps.tolist()
    assert all(row["batch_loss"] for row in rows)
    assert '"loss": [' in found.json()


def test_the_last_step_is_measured_wherever_the_descent_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = trajectory(SPEC, NETWORK.start, 50, end=FOR_EVER)
    monkeypatch.setattr(measurements, "FREE", NETWORK.examples * NETWORK.dimension // 7)
    # It leaves the neighbourhood of its start, and so ends, between two steps that are measured, or due.
    lengths = np.abs(exact.position - NETWORK.domain[0][0] - 5).max(axis=1)
    for row in (5, 13, 22):
        far = StoppingCriteria(converge=False, escape=float(lengths[row + 1]) / 5)
        found = trajectory(SPEC, NETWORK.start, 50, end=far)
        np.testing.assert_array_equal(found.loss[found.measured_steps], exact.loss[found.measured_steps])
        assert found.ending is TerminationReason.DIVERGED


def test_a_descent_under_way_ends_at_a_measured_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurements, "FREE", NETWORK.examples * NETWORK.dimension // 7)
    for path in descend(SPEC, NETWORK.start, 50, end=FOR_EVER, block=5):
        assert path.ending is not TerminationReason.RUNNING or path.steps % 8 == 0
