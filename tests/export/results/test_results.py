"""Files of results: the same bytes for the same results, read back to the bit, and nothing of a damaged one believed."""

from __future__ import annotations

import csv
import errno
import json
import os
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from optexplorer.export.results import result_file, results, writing
from optexplorer.export.results.reading import read_results
from optexplorer.export.results.result_file import ResultFile, result_bytes
from optexplorer.export.results.results import Places, ResultColumn, ResultPlan, Results
from optexplorer.export.results.writing import RESULT_FORMS, ResultFileError, ResultForm, result_form
from optexplorer.text import Text

WORDS = ("gd", "adam")
CELLS = 40


def keys(places: Places) -> dict[str, np.ndarray[Any, Any]]:
    return {"optimizer": places % 2, "lr": 0.1 / (1 + places)}


PLAN = ResultPlan(
    "sweep",
    {"landscape": "himmelblau", "grid": [{"name": "lr", "count": CELLS}], "steps": 10},
    CELLS,
    {
        "optimizer": ResultColumn(np.int64, "", Text("what descends", "手法"), WORDS),
        "lr": ResultColumn(np.float64, "1", Text("rate", "学習率")),
    },
    keys,
    {
        "loss": ResultColumn(np.float64, "1", Text("loss", "損失")),
        "ending": ResultColumn(np.int8, "", Text("how it ends", "終わり方"), ("converged", "diverged")),
        "reached": ResultColumn(np.int64, "steps", Text("steps", "ステップ"), none=-1),
    },
)
VALUES = {
    "loss": np.array([1 / 3, np.inf, -0.0, np.nan, 5e-324, 1e22, 0.1, 7.0] * 5),
    "ending": np.arange(CELLS, dtype=np.int8) % 2,
    "reached": np.arange(CELLS) - 1,
}


def put(found: Results, cells: range) -> None:
    found.put(cells, {name: values[cells.start : cells.stop] for name, values in VALUES.items()})


@pytest.fixture(params=[form for form in RESULT_FORMS if form != "parquet" or find_spec("pyarrow")])
def form(request: pytest.FixtureRequest) -> ResultForm:
    return request.param  # type: ignore[no-any-return]


def saved(path: Path, *parts: range, plan: ResultPlan = PLAN) -> ResultFile:
    file = ResultFile(plan, path, resume=path.exists())
    for cells in parts:
        put(file.results, cells)
    file.save()
    return file


def test_what_is_read_back_is_what_was_written_to_the_bit(tmp_path: Path, form: ResultForm) -> None:
    path = tmp_path / f"a.{form}"
    saved(path, range(8, 19), range(30, 40))
    back = read_results(PLAN, path, form)
    assert np.flatnonzero(back.finished).tolist() == [*range(8, 19), *range(30, 40)]
    for name, values in VALUES.items():
        assert back.values[name][back.finished].tobytes() == values[back.finished].tobytes()


@pytest.mark.parametrize("chunk", [7, 1000])
def test_resumed_in_any_order_ends_with_the_same_bytes(
    tmp_path: Path, form: ResultForm, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "CHUNK", chunk)
    unbroken, broken = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    saved(unbroken, range(CELLS))
    saved(broken, range(30, 40), range(3))
    saved(broken, range(10, 30))
    file = saved(broken, range(3, 10))
    assert file.results.complete
    assert broken.read_bytes() == unbroken.read_bytes()
    if form == "csv":
        assert (tmp_path / "b.csv.json").read_bytes() == (tmp_path / "a.csv.json").read_bytes()


def test_blocks_that_lack_a_cell_are_missing_as_a_whole() -> None:
    found = Results(PLAN)
    blocks = [range(low, low + 10) for low in range(0, CELLS, 10)]
    assert found.missing(blocks) == blocks
    assert found.put(range(10), {name: values[:10] for name, values in VALUES.items()}) == 10
    assert found.put(range(5, 15), {name: values[5:15] for name, values in VALUES.items()}) == 5
    assert found.missing(blocks) == blocks[1:]
    assert (found.count, found.complete) == (15, False)


def test_other_programs_read_the_table(tmp_path: Path) -> None:
    saved(tmp_path / "a.csv", range(4))
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["optimizer"] for row in rows] == ["gd", "adam", "gd", "adam"]
    assert [row["reached"] for row in rows] == ["", "0", "1", "2"]
    assert float(rows[0]["loss"]) == 1 / 3
    about = json.loads((tmp_path / "a.csv.json").read_bytes())
    assert about["sweep"] == PLAN.asked
    assert about["columns"]["reached"] == {"unit": "steps", "meaning": "steps"}
    saved(tmp_path / "a.npz", range(4))
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["ending"].tolist() == ["converged", "diverged"] * 2
        assert json.loads(str(arrays["about"])) == about
    parquet = pytest.importorskip("pyarrow.parquet")
    saved(tmp_path / "a.parquet", range(4))
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.column("reached").to_pylist() == [None, 0, 1, 2]
    assert json.loads(table.schema.metadata[b"about"]) == about
    assert table.schema.field("loss").metadata == {b"unit": b"1", b"meaning": b"loss"}


def test_a_file_of_another_computation_is_refused_with_what_differs(tmp_path: Path, form: ResultForm) -> None:
    path = tmp_path / f"a.{form}"
    saved(path, range(3))
    before = path.read_bytes()
    other = replace(PLAN, asked={**PLAN.asked, "grid": [{"name": "lr", "count": 50}], "steps": 20})
    with pytest.raises(ResultFileError, match=r"grid 1\.count is 40 there and 50 here, sweep\.steps is 10"):
        ResultFile(other, path, resume=True)
    with pytest.raises(ResultFileError, match="holds no tournament"):
        ResultFile(replace(PLAN, kind="tournament"), path, resume=True)
    assert path.read_bytes() == before


def test_a_file_is_neither_overwritten_nor_resumed_without_being_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    saved(path, range(3))
    with pytest.raises(ResultFileError, match="--resume, replace it with --overwrite"):
        ResultFile(PLAN, path)
    assert ResultFile(PLAN, path, overwrite=True).results.count == 0
    assert ResultFile(PLAN, path, resume=True).results.count == 3
    assert ResultFile(PLAN, tmp_path / "new.npz", resume=True).results.count == 0
    with pytest.raises(ResultFileError, match="no ending for results"):
        ResultFile(PLAN, tmp_path / "a.txt")
    with pytest.raises(OSError, match="No such file"):
        ResultFile(PLAN, tmp_path / "nowhere" / "a.npz")
    (tmp_path / "b.csv.json").write_text("{}")
    with pytest.raises(ResultFileError, match=r"b\.csv\.json exists already"):
        ResultFile(PLAN, tmp_path / "b.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npz", "b.csv.json"]
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(IsADirectoryError):
        ResultFile(PLAN, tmp_path / "d.csv", overwrite=True)


def test_a_csv_file_without_its_description_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "a.csv", range(3))
    (tmp_path / "a.csv.json").unlink()
    with pytest.raises(ResultFileError, match="belong together"):
        ResultFile(PLAN, tmp_path / "a.csv", resume=True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"cell,", b"zell,", "first row"),
        (b"0.1,", b"0.2,", "lr of cell 0"),
        (b"gd", b"sgd", "the column optimizer"),
        (b"converged", b"exploded", "the column ending"),
        (b"\n1,", b"\n5,", "count upwards"),
        (b"\n0,", b"\n-1,", "count upwards"),
        (b"\n2,", b"\n99999999999999999999999,", "the column cell"),
        (b"\n2,", b"\n2,3,", "has not 6 columns"),
        (b"\n2,", b"\n\xff,", "plain text"),
        (b"\n2,", b'\n"2,', ""),
        (b"\n2,", b"\n" + b"2" * 70_000, "too long"),
    ],
)
def test_a_damaged_csv_file_is_refused(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    saved(path, range(8))
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(ResultFileError, match=f"is damaged.*{message}"):
        read_results(PLAN, path, "csv")


def test_any_damage_is_refused_or_harmless(tmp_path: Path, form: ResultForm) -> None:
    """Bytes that are cut, changed or added raise the one error, never another, and never more rows than there are."""
    path = tmp_path / f"a.{form}"
    saved(path, range(CELLS))
    whole, random = path.read_bytes(), np.random.default_rng(5)
    for _ in range(150):
        data = bytearray(whole)
        match random.integers(3):
            case 0:
                del data[random.integers(len(data)) :]
            case 1:
                for place in random.integers(len(data), size=3):
                    data[place] = random.integers(256)
            case 2:
                place = random.integers(len(data))
                data[place:place] = random.bytes(9)
        path.write_bytes(data)
        with suppress(ResultFileError):
            assert read_results(PLAN, path, form).count <= CELLS


def test_what_an_array_claims_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    saved(path, range(3))
    monkeypatch.setattr(Results, "count", property(lambda self: 10**12))
    with path.open("wb") as file:
        writing.write_results(saved_results(), "npz", file)
    with pytest.raises(ResultFileError, match="at most 40 values"):
        read_results(PLAN, path, "npz")


def saved_results() -> Results:
    found = Results(PLAN)
    put(found, range(3))
    return found


def test_a_full_disk_keeps_what_was_saved_before(
    tmp_path: Path, form: ResultForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{form}"
    file = saved(path, range(10))
    before = path.read_bytes()

    def full(found: Results, form: ResultForm, out: BinaryIO) -> None:
        out.write(b"half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(result_file, "write_results", full)
    put(file.results, range(10, 20))
    with pytest.raises(OSError, match="No space left"):
        file.save()
    assert path.read_bytes() == before
    assert file.saved == 10
    # Also where another computation would take its place.
    other = ResultFile(replace(PLAN, asked={"steps": 11}), path, overwrite=True)
    put(other.results, range(3))
    with pytest.raises(OSError, match="No space left"):
        other.save()
    assert ResultFile(PLAN, path, resume=True).results.count == 10
    assert not list(tmp_path.glob(".optexplorer*"))


def test_it_is_saved_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    now = 1000.0
    monkeypatch.setattr(result_file.time, "monotonic", lambda: now)
    file = ResultFile(PLAN, path)
    put(file.results, range(10))
    file.save_if_due()
    assert not path.exists()
    now += result_file.SAVED_EVERY
    file.save_if_due()
    assert read_results(PLAN, path, "npz").count == 10
    put(file.results, range(10, 20))
    file.save_if_due()
    assert read_results(PLAN, path, "npz").count == 10


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_device_is_written_to_and_never_resumed(tmp_path: Path) -> None:
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    with pytest.raises(ResultFileError, match="is no file"):
        ResultFile(PLAN, pipe, resume=True)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        file = ResultFile(PLAN, pipe)
        put(file.results, range(3))
        file.save()
        assert os.read(reader, 10_000) == result_bytes(file.results, "csv")
    finally:
        os.close(reader)


def test_parquet_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "find_spec", lambda name: None)
    with pytest.raises(ResultFileError, match="pip install"):
        result_form(Path("a.parquet"))
