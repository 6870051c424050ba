"""Tables of races and landscapes: their numbers, what they say about themselves, and their files."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optexplorer as ox
from optexplorer.engine.trajectory import coordinate_columns
from optexplorer.export.tables import files
from optexplorer.export.tables.columns import MOST_POINTS, Table, grid_table, race_table
from optexplorer.export.tables.files import (
    FORMS,
    FormError,
    can_write,
    foreign_files,
    form_of,
    table_bytes,
    write_table,
)

BOOTH = ox.landscape("booth")


@pytest.fixture(scope="module")
def race() -> Table:
    trajectories = [ox.run(BOOTH, id, steps=steps) for id, steps in (("gd", 3), ("adam", 5), ("adam", 2))]
    return race_table(BOOTH, ["gd", "adam", "adam"], trajectories)


def test_a_race_is_one_long_table(race: Table) -> None:
    assert list(race.columns) == ["racer", "step", "x", "y", "loss", "grad_x", "grad_y", "lr"]
    assert race.columns["racer"].values.tolist() == ["gd"] * 4 + ["adam (1)"] * 6 + ["adam (2)"] * 3
    assert race.columns["step"].values.tolist() == [*range(4), *range(6), *range(3)]
    same = ox.run(BOOTH, "adam", steps=5)
    assert race.columns["grad_y"].values[4:10].tolist() == same.gradient[:, 1].tolist()


def test_every_column_says_what_it_is(race: Table) -> None:
    about = race.about()
    assert about["landscape"] == "booth"
    assert about["formula"] == BOOTH.definition.formula  # type: ignore[attr-defined]
    assert about["endings"]["gd"] == "all 3 steps taken"
    for name, column in about["columns"].items():
        assert column["meaning"], name
    assert about["columns"]["step"]["unit"] == "steps"
    assert about["columns"]["grad_y"]["meaning"].startswith("derivative of the loss by y")


@pytest.mark.parametrize(("id", "n"), [("himmelblau", 2), ("double-well-1d", 1)])
def test_a_landscape_is_a_grid(id: str, n: int) -> None:
    landscape = ox.landscape(id)
    table = grid_table(landscape, 7)
    grid = np.stack([table.columns[name].values for name in landscape.variables])
    assert grid.shape == (n, 7**n)
    for side, (low, high) in zip(grid, landscape.domain, strict=True):
        assert (side.min(), side.max()) == (low, high)
    np.testing.assert_array_equal(table.columns["loss"].values, landscape.value(grid))
    assert table.facts["grid"] == [7] * n
    assert np.unique(table.columns[landscape.variables[-1]].values[:7]).size == 7


@pytest.mark.parametrize("points", [1, 2001, 10**9])
def test_a_grid_has_a_sensible_size(points: int) -> None:
    with pytest.raises(ValueError, match=f"2 <= points <= {int(MOST_POINTS**0.5)}"):
        grid_table(BOOTH, points)


def test_csv_round_trips_every_number_and_has_a_file_beside_it(race: Table, tmp_path: Path) -> None:
    assert write_table(race, tmp_path / "race.csv", "csv") == [
        tmp_path / "race.csv",
        tmp_path / "race.csv.json",
    ]
    header, *rows = csv.reader(io.StringIO((tmp_path / "race.csv").read_text(encoding="utf-8")))
    assert header == list(race.columns)
    assert [float(row[4]) for row in rows] == race.columns["loss"].values.tolist()
    assert json.loads((tmp_path / "race.csv.json").read_text(encoding="utf-8")) == race.about()


def test_json_is_a_list_of_rows_with_null_where_there_is_no_number() -> None:
    # What `pandas.read_json` takes without being told anything: an object for each row, all with the same keys.
    hole = ox.formula("log(x)", {"x": (-1, 1)})
    held = json.loads(table_bytes(grid_table(hole, 3), "json"))
    assert held == [{"x": -1, "loss": None}, {"x": 0, "loss": None}, {"x": 1, "loss": 0}]


def test_json_round_trips_every_number_and_has_a_file_beside_it(race: Table, tmp_path: Path) -> None:
    written = write_table(race, tmp_path / "race.json", "json")
    assert [path.name for path in written] == ["race.json", "race.json.json"]
    rows = json.loads(written[0].read_bytes())
    assert len(rows) == 13
    for name, column in race.columns.items():
        assert [row[name] for row in rows] == column.values.tolist()
    assert json.loads(written[1].read_bytes()) == race.about()


def test_only_what_another_program_wrote_is_foreign(race: Table, tmp_path: Path) -> None:
    path = tmp_path / "race.csv"
    beside = tmp_path / "race.csv.json"
    assert foreign_files(path, "csv") == []
    write_table(race, path, "csv")
    assert foreign_files(path, "csv") == []
    for contents in (
        b"",
        b"{",
        b"[1]",
        b"[" * 100_000,
        b'{"columns": {}}',
        b'{"made by": "me", "columns": {}}',
    ):
        beside.write_bytes(contents)
        assert foreign_files(path, "csv") == [beside]
    assert foreign_files(path, "npz") == []


NAMES = st.sampled_from(
    [
        "step",
        "loss",
        "lr",
        "racer",
        "x",
        "grad_x",
        "grad_grad_x",
        "position_loss",
        "position_grad_x",
        "about",
        "ending",
    ]
)


@given(variables=st.lists(NAMES, min_size=1, max_size=6, unique=True))
def test_every_coordinate_has_a_column_of_its_own(variables: list[str]) -> None:
    others = {"step", "loss", "lr", "racer", "about", "ending"}
    names = coordinate_columns(tuple(variables))
    positions, gradients = zip(*names.values(), strict=True)
    assert len({*positions, *gradients} | others) == 2 * len(variables) + len(others)
    for name, (position, gradient) in names.items():
        assert gradient == f"grad_{name}"
        assert position.endswith(name)
        if name not in gradients and name not in others:
            assert position == name


def test_coordinates_that_are_called_like_other_columns_are_kept() -> None:
    odd = ox.formula("step^2 + 3*loss^2", {"step": (-1, 1), "loss": (-1, 1)})
    trajectory = ox.run(odd, "gd", steps=2, start=(1.0, 0.5))
    table = race_table(odd, ["gd"], [trajectory])
    assert list(table.columns) == [
        "racer", "step", "position_step", "position_loss", "loss", "grad_step", "grad_loss", "lr",
    ]  # fmt: skip
    assert table.columns["step"].values.tolist() == [0, 1, 2]
    assert table.columns["position_loss"].values.tolist() == trajectory.position[:, 1].tolist()
    assert table.columns["position_loss"].meaning.en.startswith("coordinate loss of the position")
    assert table.columns["loss"].values[0] == 1.75
    assert table.columns["grad_loss"].values[0] == 3.0
    grid = grid_table(odd, 3)
    assert list(grid.columns) == ["position_step", "position_loss", "loss"]
    np.testing.assert_array_equal(
        grid.columns["loss"].values,
        grid.columns["position_step"].values ** 2 + 3 * grid.columns["position_loss"].values ** 2,
    )


def test_npz_needs_no_pickle_and_takes_any_name() -> None:
    odd = ox.formula("file^2 + args", {"file": (-1, 1), "args": (-1, 1)})
    table = grid_table(odd, 3)
    with np.load(io.BytesIO(table_bytes(table, "npz")), allow_pickle=False) as held:
        assert set(held.files) == {"about", "file", "args", "loss"}
        for name, column in table.columns.items():
            np.testing.assert_array_equal(held[name], column.values)
        assert json.loads(str(held["about"])) == table.about()


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_parquet_carries_what_each_column_is(race: Table) -> None:
    import pyarrow.parquet

    held = pyarrow.parquet.read_table(io.BytesIO(table_bytes(race, "parquet")))
    for name, column in race.columns.items():
        assert held[name].to_pylist() == column.values.tolist()
    assert (
        held.schema.field("lr").metadata[b"meaning"] == b"learning rate of the step that leaves the position"
    )
    assert json.loads(held.schema.metadata[b"about"]) == race.about()


def test_without_pyarrow_parquet_says_what_to_install(race: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda _: None)
    assert [form for form in FORMS if not can_write(form)] == ["parquet"]
    with pytest.raises(FormError, match=r"pip install 'optexplorer\[parquet\]'"):
        table_bytes(race, "parquet")


def test_the_ending_of_a_name_chooses_the_form() -> None:
    assert form_of(Path("race.NPZ")) == "npz"
    with pytest.raises(
        FormError, match=r"race.xlsx has no ending for a table; use .csv, .json, .npz, .parquet"
    ):
        form_of(Path("race.xlsx"))


@pytest.mark.parametrize(
    ("variables", "coordinates"),
    [
        (("x", "y"), ["x", "y"]),
        (("lr", "loss"), ["position_lr", "position_loss"]),
        (("step", "racer"), ["position_step", "position_racer"]),
        (("x", "grad_x"), ["x", "position_grad_x"]),
        (("lr", "position_lr"), ["position_position_lr", "position_lr"]),
        (("ending",), ["position_ending"]),
    ],
)
def test_coordinates_never_take_the_name_of_another_column(
    variables: tuple[str, ...], coordinates: list[str]
) -> None:
    landscape = ox.formula(" + ".join(f"{name}^2" for name in variables), dict.fromkeys(variables, (-2, 3)))
    trajectory = ox.run(landscape, "gd", steps=4)
    columns = trajectory.columns()
    gradients = [f"grad_{name}" for name in variables]
    assert list(columns) == ["step", *coordinates, "loss", *gradients, "lr"]
    assert columns["step"].tolist() == [0, 1, 2, 3, 4]
    assert columns["loss"].tolist() == trajectory.loss.tolist()
    assert columns["lr"].tolist() == trajectory.learning_rate.tolist()
    for i, (coordinate, gradient) in enumerate(zip(coordinates, gradients, strict=True)):
        assert columns[coordinate].tolist() == trajectory.position[:, i].tolist()
        assert columns[gradient].tolist() == trajectory.gradient[:, i].tolist()
    assert json.loads(trajectory.json())["ending"] == "step limit"
    table = race_table(landscape, ["a", "b"], [trajectory, trajectory])
    assert list(table.columns) == ["racer", *columns]
    for name, coordinate in zip(variables, coordinates, strict=True):
        assert table.about()["columns"][coordinate]["meaning"].startswith(f"coordinate {name} ")
    grid = grid_table(landscape, 3)
    assert list(grid.columns) == [*coordinates, "loss"]
    assert grid.columns["loss"].values.shape == (3 ** len(variables),)


@pytest.mark.parametrize("kind", ["formula", "painted"])
def test_landscapes_of_every_kind_have_tables(kind: str) -> None:
    landscape = (
        ox.landscape("ravine", k=5)
        if kind == "formula"
        else ox.painted(np.eye(5), {"x": (-1, 1), "y": (-1, 1)})
    )
    trajectory = ox.run(landscape, "gd", steps=3)
    for table in (race_table(landscape, ["gd"], [trajectory]), grid_table(landscape, 5)):
        assert table.facts["landscape"] == landscape.id
        assert ("formula" in table.facts) == (kind == "formula")
        assert table.facts.get("parameters") == ({"k": 5.0} if kind == "formula" else None)
