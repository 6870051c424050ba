"""What neurons compute over the inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optexplorer.scene.computed import compute
from optexplorer.scene.network.responses import CURVE, PLANE, Responses
from tests.shown_networks import corners, experiment_with, network, two_numbers


def responses_of(landscape_of: object) -> Responses:
    scene = compute(experiment_with(landscape_of, steps=1)).scene(0)  # type: ignore[arg-type]
    assert scene.network is not None
    return scene.network.picture.responses


def test_two_features_give_a_plane() -> None:
    landscape = network(corners(), (3,))
    found = responses_of(landscape)
    shown = found.of(1, 2)
    assert shown is not None
    assert shown.shape == (PLANE, PLANE)
    (x0, x1), (y0, y1) = found.extent
    theta = np.array(landscape.start)
    weight, bias = theta[4:6], theta[8]
    # The lowest row comes first, and columns go along the first feature.
    assert np.isclose(shown[0, -1], np.tanh(weight @ [x1, y0] + bias), rtol=1e-12)
    assert np.isclose(shown[-1, 0], np.tanh(weight @ [x0, y1] + bias), rtol=1e-12)
    assert found.points is not None
    assert len(found.points) == 12
    output = found.of(2, 1)
    assert output is not None
    assert output.shape == (PLANE, PLANE)


def test_standardised_inputs_are_asked_as_they_are_in_the_data() -> None:
    plain = network(corners(), (3,))
    definition = plain.definition.model_copy(update={"standardise": True})
    landscape = definition.landscape()
    found = responses_of(landscape)
    (x0, _), (y0, _) = found.extent
    seen = landscape.standardisation.apply(np.array([x0, y0]))  # type: ignore[union-attr]
    theta = np.array(landscape.start)
    shown = found.of(1, 0)
    assert shown is not None
    assert np.isclose(shown[0, 0], np.tanh(theta[:2] @ seen + theta[6]), rtol=1e-12)


def test_one_feature_gives_a_curve() -> None:
    shown = responses_of(network(two_numbers(), (2,))).of(1, 1)
    assert shown is not None
    assert shown.shape == (CURVE,)


def test_images_show_the_weights_of_their_first_layer() -> None:
    data = replace(corners(features=6), image_shape=(2, 3))
    landscape = network(data, (4, 3))
    found = responses_of(landscape)
    shown = found.of(1, 1)
    assert shown is not None
    np.testing.assert_array_equal(shown, np.array(landscape.start[6:12]).reshape(2, 3))
    assert found.of(2, 0) is None


def test_other_inputs_say_why_there_is_nothing_to_be_drawn() -> None:
    found = responses_of(network(corners(features=5), (4,)))
    assert found.of(1, 0) is None
    assert found.absence is not None
    assert "5 features" in found.absence.en
