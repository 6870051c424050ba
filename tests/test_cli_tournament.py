"""`optexplorer tournament` and `optexplorer.tournament`: tables of descents and of ranks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox
from tests.command_line import Command

RACE = ("--landscape", "himmelblau", "--landscape", "booth", "--optimizer", "gd", "--optimizer", "momentum",
        "--optimizer", "sgd", "--set", "lr=0.01", "--starts", "3", "--seeds", "2", "--budget", "40")  # fmt: skip


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_row_is_a_descent(command: Command) -> None:
    said = command("tournament", *RACE)
    assert (said.code, said.err) == (0, "")
    rows = rows_of(said.out)
    assert [int(row["cell"]) for row in rows] == list(range(2 * 3 * 2 * 3))
    assert {row["optimizer"] for row in rows} == {"gd", "momentum", "sgd"}
    same = [row for row in rows if row["landscape"] == "booth" and row["start"] == "1"]
    # Only SGD depends on the seed.
    assert [
        len({row["loss"] for row in same if row["optimizer"] == id}) for id in ("gd", "momentum", "sgd")
    ] == [1, 1, 2]


def test_python_and_the_command_line_agree(command: Command, tmp_path: Path) -> None:
    rates = [ox.GradientDescent(lr=0.01), ox.Momentum(lr=0.01), ox.StochasticGradientDescent(lr=0.01)]
    seen: list[object] = []
    found = ox.tournament(["himmelblau", "booth"], rates, starts=3, seeds=2, budget=40, progress=seen.append)
    found.save(tmp_path / "python.csv")
    assert len(seen) == 2
    said = command("tournament", *RACE, "-o", str(tmp_path / "line.csv"))
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "line.csv").read_bytes()
    # The ranks are printed, the best first.
    printed = [line.split()[0] for line in said.out.splitlines()[1:]]
    ranks = found.ranks()
    assert printed == sorted(ranks, key=lambda name: (ranks[name].median, name))
    assert found.loss.shape == (12, 3)
    profile = found.data_profiles(0.1)["momentum"]
    assert profile.at(40) == pytest.approx(np.isfinite(found.costs(0.1)[:, 1]).mean())
    assert max(each.at(1) for each in found.performance_profiles().values()) > 0
    assert repr(found) == "Tournament(3 optimizers, 12 problems)"
    assert len(found.columns()["loss"]) == 36
    with pytest.raises(ValueError, match="tolerance"):
        found.costs(0.5)


def test_ranks_as_a_table(command: Command, tmp_path: Path) -> None:
    ranks = tmp_path / "ranks.csv"
    assert command("tournament", *RACE, "--ranks", str(ranks), "--tolerance", "0.1").code == 0
    rows = rows_of(ranks.read_text())
    assert [row["optimizer"] for row in rows] == ["gd", "momentum", "sgd"]
    assert (
        1 <= float(rows[0]["rank_low"]) <= float(rows[0]["median_rank"]) <= float(rows[0]["rank_high"]) <= 3
    )
    assert 0 <= float(rows[0]["solved_to_0.1"]) <= 1
    assert "exists already" in command("tournament", *RACE, "--ranks", str(ranks)).err


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_figure(command: Command, tmp_path: Path, form: str) -> None:
    figure = tmp_path / f"profiles.{form}"
    said = command(
        "tournament", *RACE, "-o", str(tmp_path / "runs.csv"), "--figure", str(figure), "--language", "ja"
    )
    assert said.code == 0
    assert figure.stat().st_size > 5_000
    said = command("tournament", *RACE, "--figure", str(figure))
    assert (said.code, said.out) == (2, "")
    assert "exists already" in said.err


def test_a_broken_off_tournament_is_resumed_with_the_same_bytes(command: Command, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    command("tournament", *RACE, "-o", str(whole))
    lines = whole.read_text().splitlines(keepends=True)
    # As if only the first landscape had been finished.
    part.write_text("".join(lines[:19]))
    (tmp_path / "part.csv.json").write_bytes((tmp_path / "whole.csv.json").read_bytes())
    assert command("tournament", *RACE, "-o", str(part), "--resume").code == 0
    assert part.read_bytes() == whole.read_bytes()
    assert "other" in command("tournament", *RACE, "--budget", "41", "-o", str(part), "--resume").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--optimizer", "adam", "--landscape", "booth"), "two optimizers"),
        (("--optimizer", "adam", "--optimizer", "gd", "--landscape", "boot"), "did you mean 'booth'"),
        (("--optimizer", "adam", "--optimizer", "dg", "--landscape", "booth"), "did you mean"),
        ((*RACE, "--tolerance", "2"), "between 0 and 1"),
        ((*RACE, "--set", "adam.lr=1"), "no adam in this race"),
        ((*RACE, "--starts", "100000", "--seeds", "1000"), "too many"),
        ((*RACE, "--ranks", "x.txt"), "no ending for a table"),
        (
            ("--optimizer", "gd", "--optimizer", "levenberg-marquardt", "--landscape", "rastrigin"),
            "a sum of squares",
        ),
    ],
)
def test_what_is_refused(command: Command, arguments: tuple[str, ...], message: str) -> None:
    said = command("tournament", *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err


def test_lists_are_needed_in_python() -> None:
    with pytest.raises(TypeError, match="are lists"):
        ox.tournament("booth", ["gd", "adam"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one landscape"):
        ox.tournament([], ["gd", "adam"])
