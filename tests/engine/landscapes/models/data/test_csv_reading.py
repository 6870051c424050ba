"""Tables of a person's own are read whole, in any of the usual ways of writing them."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optexplorer.engine.landscapes.models.data import csv_examples, csv_text
from optexplorer.engine.landscapes.models.data.base import MOST_NUMBERS, DataError, Dataset
from optexplorer.engine.landscapes.models.data.csv_guess import MOST_ROWS_LOOKED_AT
from optexplorer.engine.landscapes.models.data.csv_reading import (
    ReadingCancelledError,
    TableChoice,
    TableOptions,
    preview,
    read_table,
)
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.experiment import files

PRICES = "area,age,price\n30,2,5.5\n45,20,4.25\n60,1,9\n28,7,3.5\n"
CODECS = {
    "utf-8": ("utf-8", b""),
    "utf-8 with mark": ("utf-8", codecs.BOM_UTF8),
    "cp932": ("cp932", b""),
    "utf-16 little": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16 big": ("utf-16-be", codecs.BOM_UTF16_BE),
}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return written


def test_a_plain_table_is_read_with_everything_guessed(write: Any) -> None:
    found, note = read_table(write(PRICES))
    assert found.input_names == ("area", "age")
    assert (found.target_name, found.task, found.classes) == ("price", "regression", ())
    np.testing.assert_array_equal(found.inputs, [[30, 2], [45, 20], [60, 1], [28, 7]])
    np.testing.assert_array_equal(found.targets, [5.5, 4.25, 9, 3.5])
    assert note == ("4 rows", "4行")


def test_chosen_columns_are_learned_from_in_the_order_chosen(write: Any) -> None:
    found, _ = read_table(write(PRICES), TableChoice(inputs=("price", "area"), target="age"))
    assert found.input_names == ("price", "area")
    np.testing.assert_array_equal(found.inputs[0], [5.5, 30])
    np.testing.assert_array_equal(found.targets, [2, 20, 1, 7])


def test_a_preview_says_how_the_table_would_be_read(write: Any) -> None:
    path = write("名前;面積;価格\nA;30,5;1\nB;;2\nC;28,0;3\n".encode("cp932"))
    found = preview(path)
    assert (found.encoding, found.delimiter, found.decimal, found.header) == ("cp932", ";", ",", True)
    assert [(c.name, c.kind, c.numbers, c.text, c.missing) for c in found.columns] == [
        ("名前", "text", 0, 3, 0),
        ("面積", "numbers", 2, 0, 1),
        ("価格", "numbers", 3, 0, 0),
    ]
    assert found.rows == (("A", "30,5", "1"), ("B", "", "2"), ("C", "28,0", "3"))
    assert (found.inputs, found.target, found.task) == (("面積",), "価格", "regression")
    assert (found.rows_looked_at, found.whole, found.size) == (3, True, path.stat().st_size)
    assert found.problem is None


def test_a_preview_shows_twenty_rows_and_names_a_ragged_one(write: Any) -> None:
    rows = [f"{i},{i * i}" for i in range(40)]
    rows[30] = "1,2,3"
    found = preview(write("a,b\n" + "\n".join(rows)))
    assert len(found.rows) == 20
    assert found.problem is not None
    assert "row 32 has 3 cells" in found.problem.en
    assert "32行目" in found.problem.ja


CELLS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: float(repr(value)))
NAMES = st.text('abc xyzÀ,;"面積価格年', min_size=1, max_size=8).filter(
    lambda name: name == name.strip() and name.encode("cp932", "replace").decode("cp932") == name
)
TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.tuples(
        st.lists(NAMES, min_size=columns + 1, max_size=columns + 1, unique=True),
        st.lists(st.tuples(*[CELLS] * (columns + 1)), min_size=2, max_size=12).filter(
            lambda rows: len({row[-1] for row in rows}) > 1 and len({row[0] for row in rows}) > 1
        ),
    )
)


@pytest.mark.parametrize("encoding", CODECS)
def test_a_table_written_in_any_way_is_read_back_equal(tmp_path: Path, encoding: str) -> None:
    codec, mark = CODECS[encoding]
    path = tmp_path / "table.csv"

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        TABLES,
        st.sampled_from(",;\t"),
        st.sampled_from(".,"),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.booleans(),
    )
    def round_trip(table: Any, delimiter: str, decimal: str, end: str, quoted: bool) -> None:
        names, rows = table
        text = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerow(names)
        writer.writerows([[repr(value).replace(".", decimal) for value in row] for row in rows])
        path.write_bytes(mark + text.getvalue().encode(codec))
        choice: dict[str, Any] = {
            "encoding": "utf-8" if codec == "utf-8" else codec.removesuffix("-le").removesuffix("-be"),
            "delimiter": delimiter,
            "decimal": decimal,
            "header": True,
            "task": "regression",
        }
        found, _ = read_table(path, TableChoice(**choice))
        assert (*found.input_names, found.target_name) == tuple(names)
        np.testing.assert_array_equal(np.column_stack([found.inputs, found.targets]), rows)
        shown = preview(
            path, TableOptions(**{key: choice[key] for key in ("encoding", "delimiter", "decimal", "header")})
        )
        assert tuple(column.name for column in shown.columns) == tuple(names)

    round_trip()


@pytest.mark.parametrize("encoding", CODECS)
@pytest.mark.parametrize(
    ("delimiter", "decimal"), [(",", "."), (";", ","), ("\t", "."), ("\t", ","), (";", "."), (",", ",")]
)
def test_encoding_delimiter_and_decimal_sign_are_guessed(
    write: Any, encoding: str, delimiter: str, decimal: str
) -> None:
    codec, mark = CODECS[encoding]
    rows = [
        ["面積", "築年数", "価格"],
        ["30.5", "2", "550.25"],
        ["45.25", "20", "425.5"],
        ["60.0", "1", "900.125"],
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(
        [[cell.replace(".", decimal) for cell in row] for row in rows]
    )
    path = write(mark + text.getvalue().encode(codec))
    found = preview(path)
    assert (found.delimiter, found.decimal, found.header) == (delimiter, decimal, True)
    assert found.encoding == (codec if codec in ("utf-8", "cp932") else "utf-16")
    read, _ = read_table(path)
    assert read.input_names == ("面積", "築年数")
    np.testing.assert_array_equal(read.targets, [550.25, 425.5, 900.125])


def test_western_letters_are_not_taken_for_japanese_ones(write: Any) -> None:
    text = "Größe;Länge;Höhe\n1,5;2;3,25\n2,5;7;1,5\n0,5;9;2,5\n"
    found = preview(write(text.encode("cp1252")))
    assert (found.encoding, found.decimal) == ("cp1252", ",")
    assert [column.name for column in found.columns] == ["Größe", "Länge", "Höhe"]
    # Chosen wrongly, it is read as it was asked for.
    assert preview(write(PRICES), TableOptions(encoding="cp932")).encoding == "cp932"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\n1,2\n3,4\n", True),
        ("1,2\n3,4\n5,6\n", False),
        ("5.1,setosa\n4.9,setosa\n6.3,virginica\n", False),
        ("city,2019,2020\nA,1,2\nB,3,4\n", False),
        ("length,species\n5.1,setosa\n4.9,virginica\n", True),
        ("colour,taste\nred,good\ngreen,bad\nred,good\n", True),
        ("red,good\ngreen,bad\nred,good\n", False),
        ("a,b\n,2\n3,\n", True),
    ],
)
def test_the_header_is_guessed_and_can_be_corrected(write: Any, text: str, header: bool) -> None:
    path = write(text)
    found = preview(path)
    assert found.header is header
    rows = text.count("\n")
    assert found.rows_looked_at == rows - header
    other = preview(path, TableOptions(header=not header))
    assert other.rows_looked_at == rows - (not header)


def test_columns_without_a_name_or_with_the_same_are_told_apart(write: Any) -> None:
    found = preview(write("a,,a,a,a (2)\n1,2,3,4,5\n6,7,8,9,10\n"))
    assert [column.name for column in found.columns] == ["a", "column 2", "a (2)", "a (3)", "a (2) (2)"]
    found = preview(write("1,2\n3,5\n"))
    assert [column.name for column in found.columns] == ["column 1", "column 2"]


@pytest.mark.parametrize(
    ("targets", "task"),
    [
        (["x", "y", "x", "y", "x", "y"], "classification"),
        (["0", "1", "0", "1", "0", "1"], "classification"),
        (["1", "2", "3", "4", "5", "6"], "regression"),
        (["0.5", "1", "0.5", "1", "0.5", "1"], "regression"),
        (["3", "1", "2", "3", "1", "2", "1", "1", "2"], "classification"),
    ],
)
def test_the_task_is_guessed_and_can_be_corrected(write: Any, targets: list[str], task: str) -> None:
    path = write("a,b\n" + "".join(f"{i},{target}\n" for i, target in enumerate(targets)))
    assert preview(path).task == task
    found, _ = read_table(path)
    assert found.task == task
    found, _ = read_table(path, TableChoice(task="classification"))
    assert found.task == "classification"
    assert found.classes == tuple(sorted(set(targets)))


def test_classes_stand_in_order_of_their_numbers_or_names(write: Any) -> None:
    found, _ = read_table(write("a,b\n1,10\n2,9\n3,10\n4,2\n"), TableChoice(task="classification"))
    assert found.classes == ("2", "9", "10")
    np.testing.assert_array_equal(found.targets, [2, 1, 2, 0])
    found, _ = read_table(write("a,b\n1,犬\n2, cat \n3,犬\n4,cat\n"))
    assert found.classes == ("cat", "犬")
    np.testing.assert_array_equal(found.targets, [1, 0, 1, 0])


def test_names_of_classes_may_hold_wide_blanks(write: Any) -> None:
    found, _ = read_table(write("a,b\n1,東京　都\n2,大阪\xa0府\n3, 東京  都\n"))
    assert found.classes == ("大阪 府", "東京 都")
    np.testing.assert_array_equal(found.targets, [1, 0, 1])


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1,234,567", ".", 1234567),
        ("1.234.567,5", ",", 1234567.5),
        ("1 234,5", ",", 1234.5),
        ("−5", ".", -5),
        ("▲1,200", ".", -1200),
        ("１２．５", ".", 12.5),
        (" 7 ", ".", 7),
        ("1e-3", ".", 0.001),
        (".5", ".", 0.5),
        ("+3", ".", 3),
        ("0,123", ",", 0.123),
    ],
)
def test_numbers_are_understood_as_people_write_them(
    write: Any, cell: str, decimal: str, value: float
) -> None:
    path = write(f'a\tb\n"{cell}"\t1\n0\t2\n')
    choice = TableChoice(delimiter="\t", decimal=decimal, inputs=("a",), task="regression")  # type: ignore[arg-type]
    found, _ = read_table(path, choice)
    assert found.inputs[0, 0] == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("word", ["", " ", "NA", "n/a", "NaN", "-", "欠損", "…", "null", "None", "***"])
def test_rows_with_missing_cells_are_refused_by_place_or_left_out(write: Any, word: str) -> None:
    path = write(f"a,b,c\n1,2,3\n4,{word},6\n7,8,{word}\n9,5,1\n")
    with pytest.raises(DataError, match="row 3, column 'b'; row 4, column 'c'") as error:
        read_table(path)
    assert "3行目の「b」" in error.value.message.ja
    found, note = read_table(path, TableChoice(missing="drop rows"))
    np.testing.assert_array_equal(found.targets, [3, 1])
    assert note == ("2 rows; 2 rows with missing values left out", "2行。欠損のある2行を除いた")
    # What is not learned from may be missing.
    assert read_table(path, TableChoice(inputs=("a",), target="c", missing="drop rows"))[0].examples == 3


def test_many_missing_cells_are_counted(write: Any) -> None:
    path = write("a,b\n" + "1,2\n,3\n" * 40)
    with pytest.raises(DataError, match="and 35 more") as error:
        read_table(path)
    assert "ほか35個" in error.value.message.ja


def test_class_names_that_look_like_nothing_are_names(write: Any) -> None:
    found, _ = read_table(write("a,b\n1,なし\n2,あり\n3,なし\n4,None\n"))
    assert found.classes == ("None", "あり", "なし")


def test_blank_lines_quoted_line_ends_and_cells_after_the_last_are_no_harm(write: Any) -> None:
    path = write('a,"b\nc",d\r\n1,"2",3,,\r\n\r\n4,5,6\r\n  \n7,"8",9\n')
    found, _ = read_table(path)
    assert found.input_names == ("a", "b c")
    np.testing.assert_array_equal(found.inputs, [[1, 2], [4, 5], [7, 8]])


def test_what_was_read_is_learned_from_and_kept_in_the_document(write: Any) -> None:
    found, note = read_table(write(PRICES))
    source = Given.of(found, note)
    assert source.note == note
    definition = ModelDefinition(data=source, model="linear")
    again = ModelDefinition.model_validate_json(definition.model_dump_json())
    assert again == definition
    np.testing.assert_array_equal(again.landscape().data.inputs, found.inputs)


class Counting(io.BufferedReader):
    """A file that counts the bytes that are read of it."""

    read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        Counting.read_bytes += len(found)
        return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counting]:
    monkeypatch.setattr(csv_text, "open_regular", lambda path: Counting(io.FileIO(path)))
    Counting.read_bytes = 0
    return Counting


LONG = "a,b,c\n" + "".join(f"{i},{i % 17},{i % 5}.5\n" for i in range(5_000))


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make what is read at a time, and what is kept, small enough for a short file to be a long one."""
    monkeypatch.setattr(csv_text, "HEAD_BYTES", 8_000)
    monkeypatch.setattr(csv_text, "CHUNK_BYTES", 1_000)
    monkeypatch.setattr(csv_examples, "MOST_EXAMPLES", 500)


@pytest.mark.usefixtures("small_bounds")
def test_a_preview_reads_only_the_beginning(write: Any, counted: type[Counting]) -> None:
    found = preview(write(LONG))
    assert counted.read_bytes <= 8_000 < len(LONG)
    assert not found.whole
    assert found.rows_looked_at == MOST_ROWS_LOOKED_AT


@pytest.mark.usefixtures("small_bounds")
def test_a_long_table_is_read_once_in_pieces_and_sampled_evenly(write: Any, counted: type[Counting]) -> None:
    told: list[float] = []
    path = write(LONG)
    found, note = read_table(path, progress=told.append)
    assert counted.read_bytes == len(LONG) + 8_000
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) >= len(LONG) // 1_000
    assert found.examples == 500
    assert note == ("500 of 5,000 rows, drawn at random", "5,000行から無作為に選んだ500行")
    rows = found.inputs[:, 0]
    assert (np.diff(rows) > 0).all()
    # The mean of 500 of 5,000 deviates by 61: this is ten times as much.
    assert abs(rows.mean() - 2_500) < 610
    assert np.histogram(rows, bins=10, range=(0, 5_000))[0].min() > 0
    again, _ = read_table(path)
    assert again.inputs.tobytes() == found.inputs.tobytes()


@pytest.mark.usefixtures("small_bounds")
def test_reading_stops_when_it_is_asked_to(write: Any, counted: type[Counting]) -> None:
    calls = itertools.count()
    with pytest.raises(ReadingCancelledError):
        read_table(write(LONG), should_stop=lambda: next(calls) == 3)
    assert counted.read_bytes <= 8_000 + 4 * 1_000


@pytest.mark.usefixtures("small_bounds")
@pytest.mark.parametrize("size", [7_999, 8_000, 8_001, 1_000, 999, 3_001])
def test_pieces_of_any_size_give_the_same_examples(write: Any, size: int) -> None:
    row = "1,面積\n"
    rows = (size - len("a,b\n")) // len(row.encode("cp932"))
    names = itertools.cycle(["面積", "価格", "表"])
    text = "a,b\n" + "".join(f"{i % 10},{name}\n" for i, name in zip(range(rows), names, strict=False))
    found, _ = read_table(write(text.encode("cp932")))
    assert found.classes == ("価格", "表", "面積")
    assert len(found.inputs) == min(rows, 500)


@pytest.mark.usefixtures("small_bounds")
def test_japanese_after_a_long_head_of_ascii_is_found(write: Any) -> None:
    rows = "".join(f"{i},{i % 7},yes\n" for i in range(2_000))
    path = write(f"a,b,answer\n{rows}".encode() + "1,2,いいえ\n".encode("cp932") * 2_000)
    assert preview(path).encoding == "utf-8"
    found, _ = read_table(path, TableChoice(inputs=("a",), target="answer"))
    assert found.classes == ("yes", "いいえ")
    with pytest.raises(DataError, match="line 2002 is not text in UTF-8"):
        read_table(path, TableChoice(encoding="utf-8"))


def test_a_wide_table_is_sampled_to_what_a_data_set_may_hold(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_examples, "MOST_KEPT", 1_010)
    header = ",".join(f"x{i}" for i in range(101))
    rows = "".join(",".join(str((i * j) % 13 + i / 7) for j in range(101)) + "\n" for i in range(30))
    found, note = read_table(write(f"{header}\n{rows}"))
    assert found.inputs.shape == (10, 100)
    assert note.en.startswith("10 of 30 rows")


def test_a_table_of_the_largest_size_fits_into_the_file_of_an_experiment() -> None:
    # Random digits, which zlib makes hardly smaller.
    noise = np.random.default_rng(0).standard_normal((csv_examples.MOST_KEPT // 1000, 20))
    names = tuple(f"x{i}" for i in range(19))
    part = len(Given.of(Dataset(noise[:, 1:], noise[:, 0], "regression", names, "y")).numbers)
    assert 50 * part + 4 * 100 * csv_text.MOST_COLUMNS < files.MOST_BYTES
    assert csv_examples.MOST_KEPT < MOST_NUMBERS


@pytest.mark.parametrize("titles", ["統計表\n\n", "# a remark\n# another\n", "国勢調査,,\n(単位: 人),,\n"])
def test_titles_above_a_table_are_passed_over(write: Any, titles: str) -> None:
    table = '地域,人口,世帯数\n北海道,"5,224,614","2,476,846"\n青森県,"1,237,984","511,526"\n岩手県,▲3,-\n'
    path = write((titles + table).encode("cp932"))
    shown = preview(path)
    assert [column.name for column in shown.columns] == ["地域", "人口", "世帯数"]
    assert shown.rows[0] == ("北海道", "5,224,614", "2,476,846")
    assert shown.problem is None
    found, note = read_table(path, TableChoice(missing="drop rows"))
    np.testing.assert_array_equal(found.inputs, [[5224614], [1237984]])
    assert note.en == "2 rows; 1 row with missing values left out; the table begins at row 3; not used: 地域"
    assert "表は3行目から始まる" in note.ja


def test_a_first_column_without_a_name_is_no_title(write: Any) -> None:
    found, _ = read_table(write(",price\n0,5\n1,7\n2,6\n"))
    assert (found.input_names, found.target_name) == (("column 1",), "price")
