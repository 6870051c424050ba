"""Painted landscapes keep the promises of every landscape, and refuse damaged files."""

from __future__ import annotations

import base64
import pickle
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import optexplorer as ox
from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.painted.definition import (
    LARGEST,
    PaintedDefinition,
    PaintedLandscape,
    flat,
    packed,
    sampled,
    unpacked,
)

DOMAIN = {"x": (-2.0, 4.0), "y": (-1.0, 1.5)}


def painted(rows: int = 9, columns: int = 13, seed: int = 3) -> PaintedLandscape:
    heights = np.random.default_rng(seed).normal(size=(rows, columns))
    return PaintedLandscape(PaintedDefinition.of(heights, DOMAIN))


def points(count: int, beyond: float = 0.0) -> np.ndarray:
    low, high = np.array(list(DOMAIN.values())).T
    return np.random.default_rng(8).uniform(low - beyond, high + beyond, (count, 2)).T.copy()


def differences(function, x: np.ndarray, axis: int, h: float) -> np.ndarray:
    """Return the central difference of sixth order (Fornberg 1988, table 1)."""
    shift = np.zeros_like(x)
    shift[axis] = h
    return sum(
        weight * (function(x + k * shift) - function(x - k * shift))
        for weight, k in ((45.0, 1), (-9.0, 2), (1.0, 3))
    ) / (60 * h)


def test_gradient_and_hessian_are_those_of_the_value_inside_and_beyond() -> None:
    found, x = painted(), points(300, beyond=1.0)
    for axis in (0, 1):
        near = differences(found.value, x, axis, 1e-4)
        # Where a difference reaches across the line between two cells, its order is lower.
        assert np.quantile(np.abs(found.gradient(x)[axis] - near), 0.97) < 1e-9
        near = differences(found.gradient, x, axis, 1e-4)
        assert np.quantile(np.abs(found.hessian(x)[axis] - near), 0.97) < 1e-8


def test_value_slope_and_curvature_are_continuous_across_cells_and_edges() -> None:
    found = painted()
    lines = np.linspace(*DOMAIN["x"], 13)
    y = np.full_like(lines, 0.31)
    for function in (found.value, found.gradient, found.hessian):
        before, after = function(np.array([lines - 1e-12, y])), function(np.array([lines + 1e-12, y]))
        assert np.allclose(before, after, atol=1e-9)


def test_batch_agrees_with_single_points_to_the_bit() -> None:
    found, x = painted(), points(200, beyond=3.0)
    x[:, 0] = [-2.0, -1.0]
    x[:, 1] = [4.0, 1.5]
    both = found.value_and_gradient(x)
    assert np.array_equal(both[0], found.value(x))
    assert np.array_equal(both[1], found.gradient(x))
    for function in (found.value, found.gradient, found.hessian):
        batch = function(x)
        single = np.stack([function(x[:, place].copy()) for place in range(x.shape[1])], axis=-1)
        assert np.array_equal(batch, single)
        assert np.array_equal(function(x.reshape(2, 10, 20)).reshape(batch.shape), batch)


def test_inputs_are_not_modified_and_overflow_is_no_error() -> None:
    found, x = painted(), points(5)
    x.flags.writeable = False
    before = x.copy()
    for function in (found.value, found.gradient, found.hessian):
        assert not np.shares_memory(function(x), x)
        for point in ([np.inf, 0.0], [np.nan, 0.0], [1e308, -1e308]):
            single, batch = function(np.array(point)), function(np.array(point)[:, None])
            assert np.array_equal(single, batch[..., 0], equal_nan=True)
    assert np.array_equal(x, before)


def test_flat_ground_is_exactly_flat_and_a_touch_reaches_two_cells() -> None:
    heights = np.full((20, 20), 0.1)
    heights[5, 5] = 3.0
    found = PaintedLandscape(PaintedDefinition.of(heights, {"x": (0, 19), "y": (0, 19)}))
    far = np.random.default_rng(1).uniform(8, 25, (2, 400))
    assert np.array_equal(found.value(far), np.full(400, np.float64(np.float32(0.1))))
    assert not found.gradient(far).any()
    assert not found.hessian(far).any()
    assert found.value(np.array([5.0, 5.0])) > 1


def test_a_sampled_landscape_looks_like_the_one_it_was_taken_from() -> None:
    original = landscapes.get("himmelblau")
    found = PaintedLandscape(sampled(original, 96, 96))
    x = np.random.default_rng(2).uniform(-5, 5, (2, 500))
    assert np.abs(found.value(x) - original.value(x)).max() < 1e-2
    assert np.abs(found.gradient(x) - original.gradient(x)).max() < 1e-2
    assert found.start == original.start
    assert found.name.en == "Himmelblau (painted)"
    assert len(found.minima) == 4
    for minimum in found.minima:
        place = np.array(minimum.position)
        assert np.hypot(*found.gradient(place)) < 1e-9
        assert (np.linalg.eigvalsh(found.hessian(place)) > 0).all()
        assert found.value(place) == minimum.value
        assert min(np.hypot(*(place - known.position)) for known in original.minima) < 1e-3


def test_what_has_no_height_gets_the_nearest_that_can_be_kept() -> None:
    odd = ox.formula("log(x) + 1/y", {"x": (-1, 1), "y": (-1, 1)})
    assert np.isfinite(sampled(odd, 21, 21).grid).all()
    nowhere = ox.formula("log(-1 - x^2) + y", {"x": (-1, 1), "y": (-1, 1)})
    assert not sampled(nowhere, 8, 8).grid.any()


def test_flat_ground_has_no_minima() -> None:
    found = PaintedLandscape(flat(landscapes.get("beale"), 32, 32))
    assert found.minima == ()
    assert found.domain == landscapes.get("beale").domain


def test_definition_round_trips_through_json_and_pickle() -> None:
    found = painted()
    again = PaintedDefinition.model_validate_json(found.definition.model_dump_json())
    assert again == found.definition
    assert hash(again) == hash(found.definition)
    assert np.array_equal(again.grid, found.definition.grid)
    copy = pickle.loads(pickle.dumps(found))
    assert copy == found
    assert np.array_equal(copy.value(points(9)), found.value(points(9)))
    assert painted(seed=4) != found


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(4, 40), st.integers(4, 40), st.integers(0, 99))
def test_packing_keeps_every_bit(rows: int, columns: int, seed: int) -> None:
    heights = np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)
    assert np.array_equal(unpacked(packed(heights), rows, columns), heights)


def test_the_largest_grid_fits() -> None:
    noise = np.random.default_rng(0).normal(size=(LARGEST, LARGEST))
    definition = PaintedDefinition.of(noise, DOMAIN)
    assert PaintedDefinition.model_validate_json(definition.model_dump_json()) == definition


GOOD = PaintedDefinition.of(np.zeros((8, 8)), DOMAIN).model_dump()
BOMB = base64.b64encode(zlib.compress(bytes(300_000_000), 9)).decode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"heights": GOOD["heights"][:-8]}, "fewer than 8 rows|damaged"),
        ({"heights": GOOD["heights"][:5]}, "damaged"),
        ({"heights": ""}, "fewer than 8 rows"),
        ({"heights": "ünïcode"}, "damaged"),
        ({"heights": base64.b64encode(b"no zlib at all").decode()}, "damaged"),
        ({"heights": base64.b64encode(zlib.compress(bytes(257))).decode()}, "more than 8 rows"),
        ({"heights": base64.b64encode(zlib.compress(bytes(255))).decode()}, "fewer than 8 rows"),
        ({"heights": base64.b64encode(zlib.compress(bytes(256)) + b"x").decode()}, "fewer|more"),
        ({"heights": base64.b64encode(zlib.compress(bytes(20_000_000), 9)).decode()}, "too many|more than 8"),
        ({"heights": BOMB}, "too many for 8 rows"),
        ({"heights": packed(np.full((8, 8), np.nan))}, "nan in row 0, column 0 is not allowed"),
        ({"heights": packed(np.full((8, 8), 1e30))}, "is not allowed; -1e"),
        ({"rows": 9}, "fewer than 9 rows"),
        ({"rows": 2}, "greater than or equal to 4"),
        ({"columns": 100_000}, "less than or equal to 256"),
        ({"domain": {"x": (0, 1)}}, "2 variables, not 1"),
        ({"domain": {"x": (0, 1), "sin": (0, 1)}}, "'sin' cannot be"),
        ({"start": (1,)}, "2 coordinates"),
        ({"brush": 3}, "Extra inputs"),
    ],
)
def test_damaged_definitions_are_refused(change: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PaintedDefinition.model_validate({**GOOD, **change})


@pytest.mark.parametrize(
    "heights", [np.zeros(9), np.zeros((3, 9)), np.zeros((9, 257)), np.full((8, 8), np.inf)]
)
def test_what_is_no_grid_is_refused(heights: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"no grid|not allowed"):
        PaintedDefinition.of(heights, DOMAIN)


def test_the_python_interface_descends_into_a_painted_valley() -> None:
    y, x = np.mgrid[-2:2:41j, -3:3:61j]
    bowl = ox.painted(x**2 + 2 * y**2, {"x": (-3, 3), "y": (-2, 2)}, start=(2.0, 1.5))
    trajectory = ox.run(bowl, ox.Adam(lr=0.1), steps=300)
    assert np.abs(trajectory.position[-1]).max() < 0.02
