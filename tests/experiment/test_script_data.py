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


def test_what_targets_are_does_not_depend_on_how_they_are_stored() -> None:
    numbers = ox.data(X, Y).load()
    as_objects = ox.data(X, Y.astype(object)).load()
    assert (as_objects.task, as_objects.targets.tolist()) == ("regression", numbers.targets.tolist())
    truths = np.arange(50) % 2 == 0
    for given in (truths, truths.tolist(), truths.astype(object)):
        assert ox.data(X, given).load().classes == ("False", "True")
    words = np.array(["no", "yes"] * 25)
    assert ox.data(X, words.astype(object)).load().classes == ox.data(X, words).load().classes


def test_predictions_ask_for_real_numbers_and_steps_that_there_are() -> None:
    trajectory = ox.run(ox.model("linear", ox.data(X, Y)), "gd", steps=3)
    with pytest.raises(ValueError, match=r"inputs must be real numbers, of shape \(N, features\)"):
        trajectory.predict(X + 1j)
    with pytest.raises(ValueError, match="inputs must be real numbers"):
        trajectory.predict([[1.0, 2.0, 3.0], [1.0]])
    for step in (True, 1.5, "a"):
        with pytest.raises(TypeError, match="is no whole number"):
            trajectory.predict(X, step=step)  # type: ignore[arg-type]
    assert trajectory.predict(X, step=np.int64(2)).shape == (50, 1)


@pytest.mark.parametrize("hidden", [5, True, None, 1.5, "a", [2.5], [True]])
def test_layers_are_whole_numbers(hidden: object) -> None:
    with pytest.raises(ValueError, match="hidden"):
        ox.mlp("moons", hidden=hidden)  # type: ignore[arg-type]
    assert ox.mlp("moons", hidden="16,8").definition.model.hidden == (16, 8)  # type: ignore[arg-type,attr-defined]


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
        (([["a"]], [1.0]), {}, "inputs must be real numbers"),
        (([[np.nan]], [1.0]), {}, r"inputs\[0, 0\] is nan"),
        ((X, ["a"] * 50), {"task": "regression"}, "targets of regression must be numbers"),
        ((X, ["a"] * 50), {}, r"targets of 1 class\(es\)"),
        ((X, np.full(50, np.inf)), {}, r"targets\[0\] is inf"),
        ((X, np.full(50, np.nan)), {"task": "classification"}, r"targets\[0\] is nan"),
        ((X + 1j, Y), {}, "inputs must be real numbers"),
        ((X, Y + 1j), {}, "targets must be real numbers or texts, not complex128"),
        ((X, np.full(50, np.datetime64("2026-01-01"))), {}, "targets must be real numbers or texts"),
        ((X, [None, *Y[1:]]), {}, r"not a mixture of other things \(NoneType, float"),
        ((np.ma.masked_greater(X, 1.0), Y), {}, r"inputs\[\d+, \d\] is masked"),
        ((X, np.ma.masked_greater(Y, 0.0)), {}, r"targets\[\d+\] is masked"),
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
