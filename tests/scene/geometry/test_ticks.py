"""Ticks are round and at least two; labels are distinct and true."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optexplorer.scene.geometry.ticks import (
    linear_ticks,
    log_ticks,
    power_labels,
    reading,
    tick_label,
    tick_labels,
)

NUMBERS = st.floats(-1e308, 1e308)
POSITIVE = st.floats(1e-300, 1e300)
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def parsed(label: str) -> float:
    """Read a label back: `−1.5·10⁻³` is −0.0015."""
    found = re.fullmatch(r"(−?)(?:([0-9.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", label)
    if found:
        sign, mantissa, exponent = found.groups()
        return float(f"{sign}{mantissa or 1}e{exponent}".translate(_LOWERED))
    return float(label.translate(_LOWERED))


def assert_true_and_distinct(values: list[float], labels: list[str]) -> None:
    assert len(set(labels)) == len(values), (values, labels)
    gaps = [b - a for a, b in pairwise(values)]
    for i, (value, label) in enumerate(zip(values, labels, strict=True)):
        nearest = min(gaps[max(i - 1, 0) : i + 1], default=math.inf)
        assert abs(parsed(label) - value) <= 0.5 * nearest, (values, labels)


@given(NUMBERS, NUMBERS, st.integers(1, 20))
def test_linear_ticks_are_two_at_least_and_their_labels_tell_them_apart(
    a: float, b: float, most: int
) -> None:
    assume(a != b)
    low, high = sorted((a, b))
    ticks = linear_ticks(low, high, most)
    assert len(ticks) >= 2
    assert ticks == sorted(set(ticks))
    slack = 1e-6 * (high / 2 - low / 2)
    assert low - slack <= ticks[0] <= ticks[-1] <= high + slack
    assert_true_and_distinct(ticks, tick_labels(ticks))


@given(NUMBERS, st.floats(1e-12, 1.0), st.integers(2, 12))
def test_labels_on_an_offset_are_distinct(offset: float, part: float, most: int) -> None:
    span = max(abs(offset) * part, 1e-300)
    ticks = linear_ticks(offset, offset + span, most)
    assume(len(ticks) > 1)
    assert_true_and_distinct(ticks, tick_labels(ticks))


@given(st.lists(NUMBERS, min_size=2, max_size=12, unique=True))
def test_labels_of_any_losses_are_distinct(values: list[float]) -> None:
    values = sorted(value + 0.0 for value in values)
    assert_true_and_distinct(values, tick_labels(values))


@given(POSITIVE, st.floats(1.000001, 1e30), st.integers(1, 12))
def test_logarithmic_axes_have_two_ticks_at_least(low: float, ratio: float, most: int) -> None:
    high = low * ratio
    assume(math.isfinite(high))
    ticks = log_ticks(low, high, most)
    assert len(ticks) >= 2
    assert low * (1 - 1e-6) <= ticks[0] <= ticks[-1] <= high * (1 + 1e-6)
    assert_true_and_distinct(ticks, power_labels(ticks))


@given(NUMBERS, st.floats(1e-12, 1e12))
def test_a_reading_tells_what_it_must(value: float, resolution: float) -> None:
    assert abs(parsed(reading(value, resolution)) - value) <= min(resolution, 1e-3 * abs(value)) or (
        abs(parsed(reading(value, resolution)) - value) <= math.ulp(value)
    )


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0, 0.5, 1.0], ["0.0", "0.5", "1.0"]),
        ([0.0, 200.0, 400.0], ["0", "200", "400"]),
        ([0.0, 5e5, 1e6], ["0", "5·10⁵", "10⁶"]),
        ([1e6, 1000020.0, 1000040.0], ["1000000", "1000020", "1000040"]),
        ([10000.1, 10000.2], ["10000.1", "10000.2"]),
        ([10000.0, 10000.05, 10000.1], ["10000.00", "10000.05", "10000.10"]),
        ([12345678.8, 12345679.0, 12345679.2], ["12345678.8", "12345679.0", "12345679.2"]),
        ([0.37, 1.37, 2.37], ["0.37", "1.37", "2.37"]),
        ([999999.0, 999999.5, 1000000.0], ["999999.0", "999999.5", "1000000.0"]),
        ([12345678.01, 12345678.02, 12345678.03], ["12345678.01", "12345678.02", "12345678.03"]),
        ([1.00000002, 1.00000003, 1.00000004], ["1.00000002", "1.00000003", "1.00000004"]),
        ([12345678.5, 12345680.0, 12345700.0], ["12345678.5", "12345680", "12345700"]),
        ([1.23456e-5, 1.23457e-5], ["1.23456·10⁻⁵", "1.23457·10⁻⁵"]),
        ([-2e-6, 0.0, 2e-6], ["−2·10⁻⁶", "0", "2·10⁻⁶"]),
    ],
)
def test_labels_as_they_are_written(values: list[float], labels: list[str]) -> None:
    assert tick_labels(values) == labels


def test_numbers_that_are_none() -> None:
    assert [tick_label(v) for v in (math.nan, math.inf, -math.inf)] == ["—", "∞", "−∞"]
    assert reading(math.nan) == "—"
    assert linear_ticks(math.nan, 1.0) == linear_ticks(0.0, math.inf) == []
    assert linear_ticks(2.0, 2.0) == [2.0]
    assert tick_labels([]) == []


def test_a_narrow_logarithmic_axis_is_labelled() -> None:
    assert power_labels([0.3339844, 0.3339846]) == ["0.3339844", "0.3339846"]
    assert log_ticks(11, 38, 2) == [20.0, 30.0]
    assert log_ticks(3, 9e5, 2) == [1e2, 1e4]
