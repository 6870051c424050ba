"""What every data source of the catalogue promises, for each value at the bounds of each of its settings."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine.declaration import Hyperparameter, SettingsError, flat, hyperparameters
from optexplorer.engine.landscapes.models import data
from optexplorer.engine.landscapes.models.data.base import MOST_EXAMPLES, MOST_NUMBERS, Dataset, DataSource
from tests.strategies import values

IDS = [id for id in data.ids() if id != "given"]
SYNTHETIC = ["blobs", "circles", "curve", "line", "matrix", "moons", "plane", "spirals", "xor"]


def numbers(id: str) -> dict[str, Hyperparameter]:
    return {parameter.name: parameter for parameter in hyperparameters(data.get(id))}


def sources(id: str) -> st.SearchStrategy[DataSource]:
    """Return the source with any settings; most of them small, so that the test is fast."""
    chosen = {name: values(parameter) for name, parameter in numbers(id).items()}
    if "examples" in chosen:
        low, high = numbers(id)["examples"].low, numbers(id)["examples"].high
        assert low is not None
        assert high is not None
        chosen["examples"] = st.integers(int(low), 40) | st.sampled_from([int(low), int(high)])
    return st.builds(data.get(id), **chosen)


def edges(id: str) -> list[dict[str, Any]]:
    """Return settings that lie at the bounds: one after the other, then all of them at once."""
    found: list[dict[str, Any]] = [{}]
    lowest: dict[str, Any] = {}
    highest: dict[str, Any] = {}
    for name, parameter in numbers(id).items():
        if parameter.kind in ("float", "int"):
            lowest[name], highest[name] = parameter.low, parameter.high
            found += [{name: parameter.low}, {name: parameter.high}]
        else:
            options = parameter.choices or (False, True)
            found += [{name: option} for option in options]
    return [*found, lowest, highest]


def check(found: Dataset, source: DataSource) -> None:
    assert np.isfinite(found.inputs).all()
    assert np.isfinite(found.targets).all()
    assert found.inputs.shape == (found.examples, len(found.input_names))
    assert found.examples <= MOST_EXAMPLES
    assert found.inputs.size <= MOST_NUMBERS
    assert len(set(found.input_names)) == found.features
    assert not found.inputs.flags.writeable
    if found.task == "classification":
        assert set(found.targets) == set(range(len(found.classes)))
        assert len(set(found.classes)) >= 2
    else:
        assert found.classes == ()
    if found.image_shape:
        assert np.prod(found.image_shape) == found.features
    again = type(source).model_validate(source.model_dump()).make()
    assert again.inputs.tobytes() == found.inputs.tobytes()
    assert again.targets.tobytes() == found.targets.tobytes()


def test_all_sources_are_known() -> None:
    assert set(SYNTHETIC) < set(IDS)
    assert {"iris", "digits", "penguins", "kanji"} < set(IDS)


@pytest.mark.parametrize("id", IDS)
def test_data_at_the_bounds_of_each_setting_are_finite_and_hold_every_class(id: str) -> None:
    for chosen in edges(id):
        source = data.get(id)(**chosen)
        check(source.make(), source)


@pytest.mark.parametrize("id", IDS)
def test_data_of_any_settings_are_finite_and_hold_every_class(id: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(sources(id))
    def of_any_settings(source: DataSource) -> None:
        check(source.make(), source)

    of_any_settings()


@pytest.mark.parametrize("id", IDS)
def test_words_are_there_in_both_languages(id: str) -> None:
    source = data.get(id)
    for text in (source.title, source.idea):
        assert text.en
        assert text.ja
    for parameter in numbers(id).values():
        assert all(parameter.label)
        assert all(parameter.help)
        assert parameter.symbol


@pytest.mark.parametrize("id", IDS)
def test_a_source_survives_its_file_and_its_id_alone_will_do(id: str) -> None:
    assert data.read(id) == data.get(id)()
    assert data.read(flat(data.get(id)())) == data.get(id)()


@pytest.mark.parametrize("id", IDS)
def test_a_setting_out_of_bounds_is_refused_by_name(id: str) -> None:
    for name, parameter in numbers(id).items():
        wrong: Any = "no such choice" if parameter.choices else 1e9
        if parameter.kind == "bool":
            continue
        with pytest.raises(SettingsError, match=name):
            data.get(id)(**{name: wrong})


@pytest.mark.parametrize("id", [id for id in IDS if "noise" in numbers(id)])
def test_more_noise_moves_each_number_evenly_and_changes_no_class(id: str) -> None:
    quiet, middle, loud = (data.get(id)(noise=noise).make() for noise in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(middle.inputs, (quiet.inputs + loud.inputs) / 2, atol=1e-12)
    if quiet.task == "classification":
        np.testing.assert_array_equal(quiet.targets, loud.targets)
    else:
        np.testing.assert_allclose(middle.targets, (quiet.targets + loud.targets) / 2, atol=1e-12)
    assert not np.array_equal(quiet.inputs, loud.inputs) or not np.array_equal(quiet.targets, loud.targets)


@pytest.mark.parametrize("id", [id for id in IDS if "examples" in numbers(id)])
def test_more_examples_come_after_those_that_are_there(id: str) -> None:
    few, many = data.get(id)(examples=37).make(), data.get(id)(examples=251).make()
    np.testing.assert_array_equal(many.inputs[:37], few.inputs)
    np.testing.assert_array_equal(many.targets[:37], few.targets)


@pytest.mark.parametrize("id", [id for id in IDS if "seed" in numbers(id) and "examples" in numbers(id)])
def test_another_seed_gives_other_examples(id: str) -> None:
    first, second = data.get(id)(seed=0).make(), data.get(id)(seed=1).make()
    assert not np.isin(first.inputs[:, 0], second.inputs[:, 0]).any()


@pytest.mark.parametrize("id", [id for id in IDS if "outliers" in numbers(id)])
@pytest.mark.parametrize(
    ("asked", "examples", "moved"), [(0, 30, 0), (1, 30, 1), (7, 30, 7), (100, 30, 15), (9, 2, 1)]
)
def test_so_many_outliers_as_asked_for_lie_higher_and_never_more_than_half(
    id: str, asked: int, examples: int, moved: int
) -> None:
    plain = data.get(id)(examples=examples, noise=0).make()
    found = data.get(id)(examples=examples, noise=0, outliers=asked).make()
    np.testing.assert_array_equal(found.inputs, plain.inputs)
    raised = found.targets - plain.targets
    assert (raised > 2).sum() == moved
    assert (raised == 0).sum() == examples - moved


@pytest.mark.parametrize("id", [id for id in IDS if "wrong_labels" in numbers(id)])
def test_wrong_labels_change_so_many_targets_and_no_place(id: str) -> None:
    plain = data.get(id)(examples=40).make()
    for asked, changed in [(1, 1), (5, 5), (10, 10), (100, 10)]:
        found = data.get(id)(examples=40, wrong_labels=asked).make()
        np.testing.assert_array_equal(found.inputs, plain.inputs)
        assert (found.targets != plain.targets).sum() == changed


@pytest.mark.parametrize("id", [id for id in SYNTHETIC if "scale" in numbers(id)])
def test_the_scale_multiplies_the_last_feature_alone(id: str) -> None:
    one, seven = data.get(id)(scale=1).make(), data.get(id)(scale=7).make()
    np.testing.assert_array_equal(seven.inputs[:, :-1], one.inputs[:, :-1])
    np.testing.assert_allclose(seven.inputs[:, -1], 7 * one.inputs[:, -1], rtol=1e-14)
    np.testing.assert_array_equal(seven.targets, one.targets)


def test_the_same_settings_are_made_once() -> None:
    assert data.get("moons")(noise=0.2).load() is data.get("moons")(noise=0.2).load()


def test_a_wrong_id_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="moons"):
        data.read("moon")


def test_blobs_lie_as_far_apart_as_their_separation_says() -> None:
    for classes in range(2, 7):
        found = data.get("blobs")(classes=classes, noise=0, separation=2.5).make()
        centres = [found.inputs[found.targets == i][0] for i in range(classes)]
        for one, next_one in pairwise([*centres, centres[0]]):
            assert np.linalg.norm(one - next_one) == pytest.approx(2.5)


def test_circles_have_the_radii_that_they_say() -> None:
    found = data.get("circles")(noise=0, separation=0.3).make()
    np.testing.assert_allclose(np.hypot(*found.inputs.T), np.where(found.targets == 0, 1.0, 0.7))


def test_moons_apart_are_parted_by_a_straight_line() -> None:
    apart = data.get("moons")(noise=0, separation=0.6).make()
    height = apart.inputs[:, 1]
    assert height[apart.targets == 0].min() > height[apart.targets == 1].max()
    together = data.get("moons")(noise=0).make()
    height = together.inputs[:, 1]
    assert height[together.targets == 0].min() < height[together.targets == 1].max()


def test_the_class_of_xor_is_the_sign_of_the_product() -> None:
    found = data.get("xor")(noise=0, separation=0.4).make()
    np.testing.assert_array_equal(np.prod(found.inputs, axis=1) < 0, found.targets == 1)
    assert np.abs(found.inputs).min() >= 0.2
    assert np.abs(found.inputs).max() <= 1


def test_arms_of_spirals_turn_into_each_other() -> None:
    found = data.get("spirals")(arms=3, noise=0, examples=300).make()
    first, second = found.inputs[0::3], found.inputs[1::3]
    c, s = np.cos(2 * np.pi / 3), np.sin(2 * np.pi / 3)
    np.testing.assert_allclose(first @ np.array([[c, s], [-s, c]]), second, atol=1e-12)


def test_the_plane_is_ill_conditioned_by_the_square_of_its_scale() -> None:
    def condition(**chosen: float) -> float:
        inputs = data.get("plane")(examples=20_000, **chosen).make().inputs
        return float(np.linalg.cond(np.cov(inputs.T)))

    assert condition(scale=1) == pytest.approx(1, rel=0.1)
    assert condition(scale=10) == pytest.approx(100, rel=0.1)
    assert condition(scale=1, correlation=0.9) == pytest.approx(1.9 / 0.1, rel=0.1)


@pytest.mark.parametrize(
    ("shape", "height"), [("sine", 1.0), ("cubic", -1.0), ("absolute", 0.0), ("step", 1.0)]
)
def test_the_curve_has_the_shape_that_it_says(shape: str, height: float) -> None:
    found = data.get("curve")(shape=shape, noise=0, examples=20_000).make()
    nearest = np.abs(found.inputs[:, 0] - 0.5).argmin()
    assert found.targets[nearest] == pytest.approx(height, abs=1e-3)
    assert np.abs(found.targets).max() <= 1


def test_the_matrix_has_its_eigenvalues() -> None:
    found = data.get("matrix")(first=3, second=-1, angle=20, noise=0).make()
    matrix = np.zeros((2, 2))
    for (row, column), entry in zip(found.inputs.astype(int), found.targets, strict=True):
        matrix[row, column] = entry
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), [-1, 3])
    noisy = data.get("matrix")(noise=1).make().targets
    assert noisy[1] == noisy[2]
