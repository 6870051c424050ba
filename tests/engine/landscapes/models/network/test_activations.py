"""Activations and the error function: values, slopes and bends, also far out."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATIONS, Activation
from optexplorer.engine.landscapes.models.predictors.network.error_function import erf

pytestmark = pytest.mark.numbers

EACH = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


@given(st.floats(allow_nan=False, width=64))
def test_erf_has_all_digits(x: float) -> None:
    assert float(erf(np.array(x))) == pytest.approx(float(mpmath.erf(x)), rel=1e-15, abs=5e-324)


def test_erf_of_many_numbers_is_that_of_each() -> None:
    x = np.linspace(-7, 7, 1001).reshape(7, 143)
    np.testing.assert_allclose(erf(x), np.vectorize(math.erf)(x), rtol=1e-15)
    assert np.isnan(erf(np.array([np.nan])))[0]
    assert erf(np.array([-np.inf, np.inf])).tolist() == [-1.0, 1.0]
    assert math.copysign(1.0, float(erf(np.array(-0.0)))) == -1.0


@EACH
def test_slope_and_bend_are_the_derivatives(activation: Activation) -> None:
    z = np.linspace(-4, 4, 82)  # without zero, where some have a kink
    h = 1e-5
    ahead, behind = activation.value_and_slope(z + h), activation.value_and_slope(z - h)
    np.testing.assert_allclose(
        (ahead[0] - behind[0]) / (2 * h), activation.value_and_slope(z)[1], rtol=1e-7, atol=1e-9
    )
    np.testing.assert_allclose((ahead[1] - behind[1]) / (2 * h), activation.bend(z), rtol=1e-6, atol=1e-9)


@EACH
def test_both_ways_to_the_value_agree_to_the_bit(activation: Activation) -> None:
    z = np.random.default_rng(0).normal(0, 3, (20, 5))
    np.testing.assert_array_equal(activation.value(z.copy()), activation.value_and_slope(z)[0])


@EACH
def test_far_out_all_is_finite_and_without_a_warning(activation: Activation) -> None:
    z = np.array([-1e300, -800.0, -40.0, 40.0, 800.0, 1e100])
    with np.errstate(over="ignore", under="ignore"):
        value, slope = activation.value_and_slope(z)
        bend = activation.bend(z[1:5])
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()
    assert np.isfinite(bend).all()


@pytest.mark.parametrize("z", [-30.0, -3.0, 0.0, 3.0])
def test_the_sigmoid_keeps_its_small_values(z: float) -> None:
    value, slope = ACTIVATIONS["sigmoid"].value_and_slope(np.array([z]))
    exact = 1 / (1 + mpmath.exp(-z))
    assert value[0] == pytest.approx(float(exact), rel=1e-15)
    assert slope[0] == pytest.approx(float(exact * (1 - exact)), rel=1e-13)


def test_at_their_kink_activations_have_the_slope_of_pytorch() -> None:
    zero = np.zeros(1)
    assert ACTIVATIONS["relu"].value_and_slope(zero)[1].tolist() == [0.0]
    assert ACTIVATIONS["leaky-relu"].value_and_slope(zero)[1].tolist() == [0.01]
