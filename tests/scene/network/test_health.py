"""How activations and gradients are spread, and what is said of dead units and of gradients that vanish."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.scene.network.health import (
    BINS,
    NetworkHealth,
    linear_histogram,
    logarithmic_histogram,
    network_health,
)
from optexplorer.scene.network.trace import Array
from optexplorer.scene.network.tracing import trace_network
from tests.shown_networks import corners, network


def health_at(theta: Array, hidden: tuple[int, ...], activation: str) -> NetworkHealth:
    landscape = network(corners(), hidden, activation=activation)
    return network_health(trace_network(landscape, theta, landscape.training))


def initial(hidden: tuple[int, ...], activation: str) -> Array:
    return network(corners(), hidden, activation=activation, init="he").predictor.initial()


def test_units_below_zero_for_every_example_are_dead() -> None:
    theta = initial((4,), "relu")
    theta[8:12] = [0.0, -100.0, 0.0, -100.0]
    found = health_at(theta, (4,), "relu")
    assert found.layers[0].dead == (1, 3)
    assert "2 of 4 neurons of layer 1 are dead: 0 for every example." in [text.en for text in found.findings]
    assert found.examples == 12


def test_units_that_are_zero_but_can_learn_are_not_dead() -> None:
    zeros = np.zeros(network(corners(), (4,)).dimension)
    assert health_at(zeros, (4,), "tanh").layers[0].dead == ()


def test_units_at_a_bound_for_every_example_are_saturated() -> None:
    theta = initial((4,), "tanh")
    theta[8:12] = [0.0, 100.0, 0.0, 0.0]
    found = health_at(theta, (4,), "tanh")
    assert found.layers[0].saturated == (1,)
    assert any("1 of 4 neurons of layer 1 is saturated" in text.en for text in found.findings)


@pytest.mark.parametrize(("scale", "word"), [(1e-4, "vanish"), (1e4, "explode")])
def test_gradients_that_shrink_or_grow_on_their_way_back_are_named(scale: float, word: str) -> None:
    landscape = network(corners(), (3, 3), activation="identity")
    theta = np.full(landscape.dimension, 0.1)
    last = landscape.dimension - 8
    theta[last : last + 6] = [scale, -scale, scale, -scale, scale, -scale]
    found = health_at(theta, (3, 3), "identity")
    assert any(word in text.en for text in found.findings)


def test_a_network_in_good_health_has_nothing_said_of_it() -> None:
    assert health_at(initial((6,), "tanh"), (6,), "tanh").findings == ()


def test_histograms_count_every_value() -> None:
    values = np.array([[0.0, 1.0, 2.0], [2.0, np.nan, np.inf]])
    found = linear_histogram(values)
    assert found.counts.shape == (BINS,)
    assert (found.edges[0], found.edges[-1]) == (0.0, 2.0)
    assert (int(found.counts.sum()), found.missing, found.total) == (4, 2, 6)
    sizes = logarithmic_histogram(np.array([1e-2, -1.0, 0.0, 1e-300]), (-3.0, 1.0))
    assert (int(sizes.counts.sum()), sizes.zeros, sizes.total) == (2, 2, 4)
    same = linear_histogram(np.full(5, 3.0))
    assert same.edges[0] < 3 < same.edges[-1]
    assert int(same.counts.sum()) == 5
