"""The command line with parameters of formulas and with the user's own landscapes."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest

from optexplorer.engine.landscapes import personal
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.text import Text
from tests.command_line import Command


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def first_loss(out: str) -> float:
    return float(next(csv.DictReader(io.StringIO(out)))["loss"])


def run(*options: str) -> tuple[str, ...]:
    return ("run", "--optimizer", "gd", "--steps", "1", "--start", "1,1", *options)


@pytest.mark.parametrize(
    ("options", "loss"),
    [
        (("--landscape", "ravine"), 10.5),
        (("--landscape", "ravine", "--param", "k=5"), 3.0),
        (("--formula", "a*x^2 + b*y", "--param", "a=3", "--param", "b=-0.5"), 2.5),
        (("--formula", "a*x^2 + y", "--param", "a=0"), 1.0),
        (("--formula", "a*x^2 + y", "--param", "a=3e8"), 3e8 + 1),
        (("--formula", "x + y", "--domain", "x=0,1e-7", "--domain", "y=0,1", "--start=1e-7,1"), 1 + 1e-7),
        (("--formula", "f(x, y) = 2x² + π|y|"), 2 + math.pi),
        (("--formula", "λ*x^2 + y^2", "--param", "λ=2"), 3.0),
        (("--formula", r"\theta_1(x + 1)^2 + y", "--param", r"\theta_1=2"), 9.0),
        (("--formula", r"\theta_1\theta_2 + \theta_2^2", "--start", "2,3"), 15.0),
        (("--formula", "x1^2 + x2^2 + x3^2", "--start", "1,2,3"), 14.0),
        (("--formula", "x^2", "--start", "3"), 9.0),
    ],
)
def test_parameters(
    command: Command,
    options: tuple[str, ...],
    loss: float,
) -> None:
    code, out, _ = command(*run(*options))
    assert (code, first_loss(out)) == (0, loss)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--landscape", "ravine", "--param", "q=5"), "no parameter 'q'; its parameters: k"),
        (("--landscape", "ravine", "--param", "k=5000"), "1 <= k <= 1000"),
        (("--landscape", "ravine", "--param", "k=nan"), "out of bounds"),
        (("--landscape", "ravine", "--param", "k=many"), "should look like k=2.5"),
        (("--landscape", "ravine", "--param", "k"), "should look like name=value"),
        (("--landscape", "himmelblau", "--param", "k=1"), "its parameters: none"),
        (("--formula", "a*x^2 + y"), "the variables x and y; 'a' needs a value, such as --param a=1"),
        (("--formula", "theta^2 + b^2"), "a variable too, --domain theta=-5,5 --domain b=-5,5"),
        (("--formula", "sinx + y"), "for the function write sin(x)"),
        (("--formula", "x_1^2 + x_1x_2"), "the product x_1*x_2 or a parameter called x_1x_2"),
        (("--formula", "x_1x_2"), "the product x_1*x_2"),
        (("--formula", "x^2 + y^2", "--param", "k=3"), "the formula has no 'k'; its names: x, y"),
        (("--landscape", "x^2 + y^2"), "a formula is given with --formula TEXT"),
        (("--formula", "x^2 + y", "--param", "x=2"), "'x' is a variable and a parameter"),
        (("--formula", "a*x + y", "--param", "a=inf"), "--param a=inf is not allowed"),
        (
            ("--formula", "a*x + y", "--param", "a=3e9"),
            "--param a=3e9 is not allowed; it must be from -1e+09 to 1e+09",
        ),
        (("--formula", "x + y", "--domain", "x=0,1e-12", "--domain", "y=0,1"), "too narrow"),
        (("--formula", "7"), "the formula has no variable"),
        (("--formula", "xy + y^2"), "the product x*y or a parameter called xy"),
        (("--formula", "sqrt(-x^2) + y"), "is nan; choose another start"),
    ],
)
def test_wrong_parameters(
    command: Command,
    options: tuple[str, ...],
    words: str,
) -> None:
    code, out, err = command(*run(*options))
    assert (code, out) == (2, "")
    assert words in err


def test_own_landscapes_by_id(command: Command) -> None:
    personal.save(
        FormulaDefinition(
            formula="x^2 + k*y^2",
            domain={"x": (-2, 2), "y": (-2, 2)},
            parameters={"k": {"value": 3, "low": 1, "high": 9}},
            name=Text("My Valley", "私の谷"),
        )
    )
    (personal.folder() / "broken.json").write_text("{", encoding="utf-8")
    code, out, _ = command(*run("--landscape", "my-valley", "--param", "k=7"))
    assert (code, first_loss(out)) == (0, 8.0)
    code, out, err = command("list", "landscapes", "--json")
    assert code == 0
    (mine,) = [entry for entry in json.loads(out) if entry["id"] == "my-valley"]
    assert (mine["group"], mine["name_ja"]) == ("own", "私の谷")
    assert err.startswith("optexplorer: broken.json holds no landscape: ")
    code, _, err = command(*run("--landscape", "my-vally"))
    assert code == 2
    assert "did you mean 'my-valley'?" in err
