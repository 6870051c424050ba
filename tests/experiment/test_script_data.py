"""Data, models and what is predicted, as scripts and notebooks use them."""

import numpy as np
import pytest

import optexplorer as ox

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 3))
Y = X @ [1.0, 2.0, 3.0] + 1.0


def test_a_network_learns_from_a_data_set() -> None:
    network = ox.mlp(ox.data("moons", noise=0.2), hidden=(4,), held_out=0.2)
    trajectory = ox.run(network, ox.Adam(lr=0.02), batch_size=16, epochs=2)
    assert trajectory.steps == 2 * trajectory.steps_per_epoch
    probabilities = trajectory.predict([[0.0, 0.0], [1.0, 0.5]], step=5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert {"moons", "digits"} <= set(ox.datasets())
    assert {"linear", "mlp"} <= set(ox.models())


def test_own_arrays_are_data() -> None:
    landscape = ox.model("linear", ox.data(X, Y), standardise=True)
    assert landscape.variables == ("w1", "w2", "w3", "b")
    named = ox.data(X[:, 0], ["a", "b"] * 25, input_names=["size"], target_name="kind")
    assert named.load().classes == ("a", "b")
    numbers = ox.data(X, np.arange(50) % 2 * 1.0, task="classification")
    assert numbers.load().classes == ("0", "1")


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (("moon",), {}, "did you mean 'moons'"),
        (("moons",), {"nois": 1}, "did you mean 'noise'"),
        (("moons", Y), {}, "has targets of its own"),
        ((X,), {}, "targets are missing"),
        ((X, X), {}, "do not fit"),
        ((X, Y), {"names": 3}, "own data have no setting 'names'"),
        ((X, Y), {"task": "ranking"}, "task = ranking is not allowed"),
        ((X, Y), {"input_names": ["a"]}, "1 names for 3 features"),
        (([["a"]], [1.0]), {}, "inputs must be numbers"),
        (([[np.nan]], [1.0]), {}, r"inputs\[0, 0\] is nan"),
        ((X, ["a"] * 50), {"task": "regression"}, "targets of regression must be numbers"),
        ((X, ["a"] * 50), {}, r"targets of 1 class\(es\)"),
        ((X, np.full(50, np.inf)), {}, r"targets\[0\] is inf"),
        ((X, np.full(50, np.nan)), {"task": "classification"}, r"targets\[0\] is nan"),
    ],
)
def test_what_is_no_data_is_said(
    arguments: tuple[object, ...], settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ox.data(*arguments, **settings)


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(ValueError, match="does regression"):
        ox.model("linear", "moons")
    with pytest.raises(ValueError, match="held_out"):
        ox.mlp("moons", held_out=2)
    with pytest.raises(TypeError, match="is not allowed; it is an id"):
        ox.mlp(3)
    with pytest.raises(ValueError, match="epochs need data"):
        ox.run("booth", "gd", epochs=3)
    with pytest.raises(ValueError, match="not made of data"):
        ox.run("booth", "gd", batch_size=3)
    line = ox.model("linear", "line")
    with pytest.raises(ValueError, match="give one of them"):
        ox.run(line, "gd", epochs=3, steps=3)
    with pytest.raises(ValueError, match="give one of them"):
        ox.run(line, "gd", batch_size=3, source="exact")
    with pytest.raises(ValueError, match="do not fit"):
        ox.run(line, "gd", epochs=1).predict([[1.0, 2.0]])
    with pytest.raises(ValueError, match="not made of data and a model"):
        ox.run("booth", "gd", steps=1).predict([[1.0]])
