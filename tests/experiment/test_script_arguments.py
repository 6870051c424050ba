"""Mistakes in scripts are told in one plain line, by `optexplorer.run` and by the classes themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import optexplorer as ox
from optexplorer.engine.plain_errors import PlainErrors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ox.Adam(lrr=1), "adam has no parameter 'lrr'; did you mean 'lr'?"),
        (lambda: ox.Adam(lr=-1), "adam: lr = -1 is not allowed; 0 < lr <= 1e+06"),
        (lambda: ox.Adam(betas=(0.9, 0.99)), "PyTorch's betas are beta1 and beta2 here"),
        (lambda: ox.Adam(0.1), "Adam takes its settings by name, such as Adam(lr=...)"),
        (lambda: ox.Lookahead(inner=3), "lookahead: inner = 3 is not allowed; inner is an optimizer"),
        (lambda: ox.Cosine(T_max=-1), "cosine: T_max = -1 is not allowed"),
        (lambda: ox.Noisy(sigma="x"), "noisy: sigma = x is not allowed; it must be a finite number"),
        (lambda: ox.Racer(), "optimizer is missing"),
        (lambda: ox.Racer(optimizer="adm"), "no optimizer is called 'adm'; did you mean 'adam'?"),
        (lambda: ox.Experiment("beale"), "Experiment takes its settings by name"),
        (lambda: ox.Experiment(landscape="beal"), "did you mean 'beale'?"),
        (lambda: ox.Experiment(landscape="beale", racers=(ox.Adam(),)), "with the fields of a Racer"),
        (lambda: ox.Experiment(landscape="beale", start=(1,)), "2 coordinate(s) (x, y), but 1 are given"),
        (lambda: ox.run("beale", ox.Adam), "it is an id, or a value such as Adam(lr=0.1)"),
        (lambda: ox.run(abs, "adam"), "landscape = <built-in function abs> is not allowed"),
        (lambda: ox.run("beale", "adam", start=3), "start: beale needs 2 coordinate(s)"),
        (lambda: ox.run("beale", "adam", start=("a", 1)), "it has a number for each of x, y"),
        (lambda: ox.run("beale", "adam", steps=2.5), "steps = 2.5 is not allowed; it is a whole number"),
        (lambda: ox.run("beale", "adam", seed="a"), "seed = a is not allowed; it is a whole number"),
        (lambda: ox.formula("k*x^2", {"x": (-1, 1)}, k=1e300), "parameter k: value = 1e+300 is not allowed"),
        (lambda: ox.formula("k*x^2", {"x": (-1, 1)}, k="a"), "parameter k: it must be a number"),
        (lambda: ox.landscape("ravine", k="a"), "parameter k = a is not allowed"),
        (lambda: ox.formula("x^2", "x"), "domain = x is not allowed; it must be an object with fields"),
        (lambda: ox.formula("x^2", {"x": (1, -1)}), "the domain of x needs low < high"),
        (lambda: ox.run(ox.formula("1/x", {"x": (-1, 1)}, start=(0,)), "gd"), "the loss at (0) is inf"),
        (lambda: ox.save(3, "x.optx"), "3 is no experiment"),  # type: ignore[arg-type]
    ],
)
def test_mistakes_in_scripts_are_told_in_one_line(make: Callable[[], Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ids_and_values_make_the_same_run() -> None:
    by_ids = ox.run("beale", "adam", schedule="cosine", source="noisy", steps=5, seed=3)
    by_values = ox.run(
        ox.landscape("beale"),
        ox.Adam(),
        schedule=ox.Cosine(),
        source=ox.Noisy(),
        start=(1, 1.5),
        steps=5,
        seed=3,
    )
    assert by_ids.steps == by_values.steps == 5
    assert (
        by_ids.loss.tolist()
        == ox.run("beale", ox.Adam(), schedule=ox.Cosine(), source=ox.Noisy(), steps=5, seed=3).loss.tolist()
    )
    assert by_values.position[0].tolist() == [1, 1.5]


def test_a_base_says_nothing_by_itself() -> None:
    class Silent(PlainErrors):
        number: int

    with pytest.raises(NotImplementedError):
        Silent(number="many")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"source": "exact", "batch_size": 8}, "source and batch_size both say where gradients come from"),
        ({"batch_size": 0}, "mini-batch: batch_size = 0 is not allowed"),
        ({"steps": 5, "epochs": 2}, "steps and epochs both say how long the run is"),
        ({"epochs": 1.5}, "epochs = 1.5 is not allowed; it is a whole number"),
        ({"epochs": 10**9}, "epochs = 1000000000, which are 13,000,000,000 steps: too many; at most"),
        ({"steps": 10**9}, "steps = 1000000000: too many; at most 10,000,000 steps are allowed"),
    ],
)
def test_mistakes_in_runs_on_data_are_told_in_one_line(settings: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        ox.run(ox.mlp("moons", hidden=(2,)), "sgd", **settings)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_epochs_need_data() -> None:
    with pytest.raises(ValueError, match="the landscape 'beale' is not made of data"):
        ox.run("beale", "adam", epochs=2)


def test_epochs_are_counted_in_steps() -> None:
    network = ox.mlp(ox.data("moons", examples=40), hidden=(2,))
    assert ox.run(network, "sgd", batch_size=8, epochs=3).steps == 15
    assert ox.run(network, "gd", epochs=3).steps == 3
    assert ox.run(network, "sgd", batch_size=8, epochs=0).steps == 0
