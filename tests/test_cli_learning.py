"""The command line: learning from data."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox
from tests.command_line import Command

MOONS = ("--data", "moons", "--model", "mlp", "--layers", "2,4,2")
LINE = "area,age,price\n" + "".join(f"{n},{n % 5},{3 * n + 1}\n" for n in range(1, 21))


def table(text: str) -> dict[str, np.ndarray]:
    header, *rows = csv.reader(io.StringIO(text))
    columns = np.array([[float(cell or "nan") for cell in row] for row in rows]).T
    return dict(zip(header, columns, strict=True))


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(LINE, encoding="utf-8")
    return path


def test_a_network_learns_and_every_step_is_a_row(command: Command) -> None:
    asked = ("run", *MOONS, "--optimizer", "adam", "--batch-size", "16", "--epochs", "3", "--seed", "3")
    done = command(*asked)
    assert done.code == 0, done.err
    found = table(done.out)
    assert list(found) == [
        "step", "epoch", "loss", "batch_loss", "held_out_loss", "accuracy", "grad_norm", "lr",
    ]  # fmt: skip
    assert found["epoch"][-1] == 3
    network = ox.mlp("moons", hidden=(4,), held_out=0.2, seed=3)
    same = ox.run(network, "adam", batch_size=16, epochs=3, seed=3)
    np.testing.assert_array_equal(found["loss"], same.loss)
    assert command(*asked).out == done.out


def test_a_table_of_ones_own_is_learned_from(command: Command, prices: Path) -> None:
    done = command(
        "run", "--data", str(prices), "--target", "price", "--inputs", "area,age", "--model", "linear",
        "--standardise", "--held-out", "0.25", "--optimizer", "gd", "--set", "lr=0.1", "--steps", "50",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.err == "optexplorer: 20 rows\n"
    found = table(done.out)
    assert "accuracy" not in found
    assert found["loss"][-1] < 0.01 * found["loss"][0]
    assert found["held_out_loss"][-1] < 0.05 * found["held_out_loss"][0]


def test_columns_of_the_same_name_are_told_apart(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("y,a,y\n1,2,10\n2,3,20\n3,5,30\n4,4,45\n", encoding="utf-8")
    asked = ("code", "--data", str(path), "--model", "linear", "--optimizer", "gd", "--target", "numpy")
    done = command(*asked, "--predict", "y (2)", "--inputs", "y")
    assert done.err == "optexplorer: 4 rows; columns of the same name are called y, y (2)\n"
    assert "y -> y (2)" in done.out
    # Names that only look like that are the file's own.
    path.write_text("y,a,y (2)\n1,2,10\n2,3,20\n3,5,30\n4,4,45\n", encoding="utf-8")
    assert command(*asked, "--predict", "y (2)").err == "optexplorer: 4 rows\n"


def test_an_epoch_of_all_examples_is_a_step(command: Command) -> None:
    done = command("run", *MOONS, "--optimizer", "gd", "--epochs", "2")
    assert list(table(done.out)["epoch"]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--data", "moon"), "did you mean 'moons'"),
        ((*MOONS[:4], "--layers", "3,4,2"), "2 inputs and 2 outputs, such as --layers 2,4,2"),
        ((*MOONS[:4], "--layers", "wide"), "--layers wide is not allowed; it should look like 2,16,2"),
        (("--data", "moons", "--model", "logistic", "--layers", "2,2"), "--layers belongs to --model mlp"),
        ((*MOONS, "--epochs", "0"), "--epochs 0 is not allowed: an epoch has 1 step(s), so 1 to 100,000 epochs are"),
        ((*MOONS, "--epochs", "99999999999"), "so 1 to 100,000 epochs are"),
        ((*MOONS, "--epochs", "2", "--steps", "5"), "--steps and --epochs both say how long the race is"),
        ((*MOONS, "--batch-size", "-3"), "--batch-size -3 is not allowed; it is a whole number of at least 1, or all"),
        ((*MOONS, "--target", "price"), "--target belongs to a table of your own; --data moons is none"),
        (("--landscape", "booth", "--epochs", "2"), "--epochs needs --data, or a landscape made of data"),
        (("--data", "none.csv"), "--data none.csv: "),
        (("--data", "PRICES", "--target", "cost"), "cost"),
        (("--data", "PRICES", "--inputs", "area,rooms"), "rooms"),
        (("--data", "PRICES", "--data-set", "noise=1"), "a table has no settings"),
        (("--data", "EMPTY"), "EMPTY: the file is empty"),
        (("--data", "MISSING"), "MISSING: values are missing: row 2, column 'a'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_line(
    command: Command, prices: Path, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    files = {"PRICES": prices, "EMPTY": tmp_path / "empty.csv", "MISSING": tmp_path / "missing.csv"}
    files["EMPTY"].write_text("", encoding="utf-8")
    files["MISSING"].write_text("a,y\n,2\n3,4\n5,6\n", encoding="utf-8")
    done = command("run", *(str(files.get(option, option)) for option in options), "--optimizer", "gd")
    for name, path in files.items():
        message = message.replace(name, str(path))
    assert done.code == 2
    assert message in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
