"""Tables of races and landscapes: their numbers, what they say about themselves, and their files."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox
from optexplorer.export.tables import files
from optexplorer.export.tables.columns import MOST_POINTS, Table, grid_table, race_table
from optexplorer.export.tables.files import FORMS, FormError, can_write, form_of, table_bytes, write_table

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


def test_json_has_null_where_there_is_no_number() -> None:
    hole = ox.formula("log(x)", {"x": (-1, 1)})
    held = json.loads(table_bytes(grid_table(hole, 3), "json"))
    assert held["x"] == [-1, 0, 1]
    assert held["loss"] == [None, None, 0]
    assert held["about"]["formula"] == "log(x)"


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
