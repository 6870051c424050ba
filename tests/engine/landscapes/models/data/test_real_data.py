"""Real data agree with what has been published of them, and say where they come from."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from optexplorer.engine.landscapes.models import data
from optexplorer.resource_files import resources

REAL = ["iris", "digits", "penguins", "kanji"]


def counts(targets: np.ndarray) -> list[int]:
    return [count for _, count in sorted(Counter(targets.tolist()).items())]


@pytest.mark.parametrize("id", REAL)
def test_source_and_licence_lie_beside_the_data(id: str) -> None:
    words = (resources() / "datasets" / f"{id}.md").read_text(encoding="utf-8")
    assert "- Source: " in words
    assert "- Licence: " in words
    assert "- This copy: " in words
    assert "CC" in data.get(id).reference


def test_data_take_little_room() -> None:
    sizes = {path.name: path.stat().st_size for path in (resources() / "datasets").iterdir()}
    assert max(sizes.values()) < 60_000
    assert sum(sizes.values()) < 150_000


def test_iris_agrees_with_fishers_paper() -> None:
    found = data.get("iris")().load()
    assert found.inputs.shape == (150, 4)
    assert found.classes == ("setosa", "versicolor", "virginica")
    assert counts(found.targets) == [50, 50, 50]
    # Fisher (1936), Table 2.
    means = [found.inputs[found.targets == i].mean(axis=0) for i in range(3)]
    np.testing.assert_allclose(means[0], [5.006, 3.428, 1.462, 0.246], atol=1e-9)
    np.testing.assert_allclose(means[1], [5.936, 2.770, 4.260, 1.326], atol=1e-9)
    np.testing.assert_allclose(means[2], [6.588, 2.974, 5.552, 2.026], atol=1e-9)
    # The two flowers that the UCI repository's copy has wrong.
    np.testing.assert_array_equal(found.inputs[34], [4.9, 3.1, 1.5, 0.2])
    np.testing.assert_array_equal(found.inputs[37], [4.9, 3.6, 1.4, 0.1])


def test_iris_gives_two_features_or_two_species() -> None:
    whole = data.get("iris")().load()
    petals = data.get("iris")(features="petals", species="versicolor-virginica").load()
    assert petals.input_names == ("petal length (cm)", "petal width (cm)")
    assert petals.classes == ("versicolor", "virginica")
    np.testing.assert_array_equal(petals.inputs, whole.inputs[50:, 2:])
    np.testing.assert_array_equal(petals.targets, whole.targets[50:] - 1)
    sepals = data.get("iris")(features="sepals").load()
    assert sepals.input_names == ("sepal length (cm)", "sepal width (cm)")


def test_digits_agree_with_the_uci_repository() -> None:
    found = data.get("digits")(divide=False).load()
    assert found.inputs.shape == (1797, 64)
    assert found.image_shape == (8, 8)
    # Counts of the test set, optdigits.names.
    assert counts(found.targets) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert found.inputs.min() == 0
    assert found.inputs.max() == 16
    np.testing.assert_array_equal(found.inputs, np.floor(found.inputs))
    np.testing.assert_array_equal(found.inputs[0, :8], [0, 0, 5, 13, 9, 1, 0, 0])
    assert found.targets[0] == 0


def test_digits_are_divided_by_16_and_cut_to_a_number_or_to_two() -> None:
    whole, raw = data.get("digits")().load(), data.get("digits")(divide=False).load()
    np.testing.assert_array_equal(whole.inputs * 16, raw.inputs)
    few = data.get("digits")(examples=10).load()
    assert sorted(few.targets) == list(range(10))
    two = data.get("digits")(digits="3-8").load()
    assert two.classes == ("3", "8")
    assert counts(two.targets) == [183, 174]
    np.testing.assert_array_equal(two.inputs[0], whole.inputs[3])


def test_penguins_agree_with_the_published_table() -> None:
    found = data.get("penguins")().load()
    # All 344: 152, 68, 124; one Adelie and one Gentoo have no measurements.
    assert counts(found.targets) == [151, 68, 123]
    assert found.classes == ("Adelie", "Chinstrap", "Gentoo")
    # The summary in the documentation of palmerpenguins.
    np.testing.assert_allclose(found.inputs.mean(axis=0), [43.92, 17.15, 200.92, 4201.75], atol=0.005)
    np.testing.assert_array_equal(found.inputs.min(axis=0), [32.1, 13.1, 172, 2700])
    np.testing.assert_array_equal(found.inputs.max(axis=0), [59.6, 21.5, 231, 6300])


def test_penguins_predict_their_mass() -> None:
    found = data.get("penguins")(target="body-mass", features="flipper").load()
    assert (found.task, found.target_name) == ("regression", "body mass (g)")
    slope, offset = np.polyfit(found.inputs[:, 0], found.targets, 1)
    # The line in the documentation of palmerpenguins.
    assert slope == pytest.approx(49.69, abs=0.01)
    assert offset == pytest.approx(-5780.83, abs=0.1)
    bill = data.get("penguins")(features="bill", species="Adelie-Gentoo").load()
    assert bill.input_names == ("bill length (mm)", "bill depth (mm)")
    assert counts(bill.targets) == [151, 123]
    assert "body mass (g)" not in data.get("penguins")(target="body-mass").load().input_names


def test_kanji_are_those_of_the_table_of_grades() -> None:
    found = data.get("kanji")(task="classification", features="all").load()
    # 学年別漢字配当表 of the Ministry of Education, in force since 2020.
    assert counts(found.targets) == [80, 160, 200, 202, 193, 191]
    assert found.inputs[:, 0].min() == 1
    assert found.inputs[:, 0].max() == 20
    few, many = (found.inputs[found.targets == grade, 0].mean() for grade in (0, 5))
    assert few < many
    number = data.get("kanji")().load()
    np.testing.assert_array_equal(number.targets, found.targets + 1)
    assert number.input_names == ("strokes",)
