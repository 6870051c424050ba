"""Files that are no table, and tables that nothing can be learned from, are answered with what is wrong and where."""

from __future__ import annotations

import os
import re
import sys
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine.landscapes.models.data import csv_examples, csv_text
from optexplorer.engine.landscapes.models.data.base import DataError
from optexplorer.engine.landscapes.models.data.csv_reading import (
    TableChoice,
    TableOptions,
    preview,
    read_table,
)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return written


def refusal(path: Path, choice: TableChoice | None = None) -> DataError:
    with pytest.raises(DataError) as error:
        read_table(path, choice)
    message = error.value.message
    assert str(error.value) == message.en
    assert message.ja != message.en
    assert any(char > "\u3000" for char in message.ja)
    return error.value


@pytest.mark.parametrize(
    ("content", "choice", "message"),
    [
        ("", {}, "the file is empty"),
        ("\ufeff\r\n", {}, "the file is empty"),
        ("\n\n\n", {}, "the file is empty"),
        (PNG, {}, "this is not text: right is"),
        (b"PK\x03\x04" + bytes(50), {}, "an Excel workbook; save the sheet as CSV"),
        (b"\xff\x00\x81 \x01", {}, "this is not text"),
        (b"a,b\n1,2\n3,\x004\n", {}, "this is not text"),
        (b"a,b\n1,2\n3,\x004\n", {"encoding": "utf-8"}, "line 3 holds a character NUL"),
        (
            "a,b\n1,2\n3,あ\n".encode("cp932"),
            {"encoding": "utf-8"},
            "line 3 is not text in UTF-8; choose another",
        ),
        (b"\xff\xfea\x00,", {}, "is not text in UTF-16"),
        ("a,b\n", {}, "no rows but the header"),
        ("a,b\n1,2\n3,4,5\n", {}, "row 3 has 3 cells, but the table has 2 columns"),
        ("a,b,c\n1,2,3\n3,4\n", {}, "row 3 has 2 cells, but the table has 3 columns"),
        ("a,b\n1,2\n5,4\n", {"target": "c"}, "no column is called 'c'; there are: a, b"),
        ("area,price\n1,2\n5,4\n", {"target": "prise"}, "no column is called 'prise'; did you mean 'price'"),
        ("a,b\n1,2\n5,4\n", {"inputs": ("z",)}, "no column is called 'z'"),
        ("a,b\n1,2\n5,4\n", {"inputs": ("b",)}, "the column 'b' is chosen twice"),
        ("a,b\n1,2\n5,4\n", {"inputs": ("a", "a"), "target": "b"}, "the column 'a' is chosen twice"),
        ("a,b\nx,2\ny,4\n", {}, "no column but 'b' holds numbers"),
        ("a\n1\n2\n", {}, "no column but 'a' holds numbers"),
        ("a,b\n1,x\n2,x\n", {}, r"the target 'b' has one class only \(x\)"),
        ("a,b\n1,7\n2,7\n", {}, "the target 'b' is 7 in every row"),
        ("a,b\n1,7\n2,7\n", {"task": "classification"}, "one class only"),
        ("a,b,c\n1,2,3\n1,2,4\n", {}, r"every input has the same value in all rows \(a, b\)"),
        ("a,b\n1,2\ntwo,3\n4,5\n", {"inputs": ("a",)}, "row 3, column 'a': 'two' is not a number"),
        (
            "a,b\n1,p\n4,q\n",
            {"task": "regression"},
            "row 2, column 'b': 'p' is not a number; to predict text, choose",
        ),
        ("a,b\n1,2\ninf,3\n4,5\n", {"inputs": ("a",)}, "row 3, column 'a': inf is too large"),
        ("a,b\n1,2\n1e999,3\n4,5\n", {}, "row 3, column 'a': 1e999 is too large"),
        (
            "a,b\n1,2\n3,-2e12\n4,5\n",
            {},
            "row 3, column 'b': -2e12 is too large; numbers must lie between −1e",
        ),
        ("a,b\n1,2\n1_000,3\n4,5\n", {"inputs": ("a",)}, "row 3, column 'a': '1_000' is not a number"),
        ("a,b\n1,2\n3,\n4,5\n", {}, "values are missing: row 3, column 'b'"),
        ("a,b\n1,x\n3,\n4,y\n", {}, "values are missing: row 3, column 'b'"),
        ("a,b\n1,nan\n3,4\n4,5\n", {}, "values are missing: row 2, column 'b'"),
        ("a,b\n1,\n,4\n", {"missing": "drop rows"}, "no row has a value in every chosen column"),
        ('a,b\n1,2\n3,"4\n5,6\n', {}, "row 3: a quotation mark"),
        ('a,b\n1,2\n"3"x,4\n', {}, "row 3: a quotation mark"),
        ("a,b\n" + "".join(f"{i},name{i}\n" for i in range(150)), {}, "more than 100 classes"),
        ("a,b\n1," + "x" * 200 + "\n2,y\n", {}, "cannot be the name of a class"),
        (",".join(map(str, range(5000))) + "\n", {}, "row 1 has 5,000 cells; at most 4,096"),
        ("a,b\n1," + "9" * 2_000_000 + "\n", {}, "the first rows have more than 262,144 bytes"),
        (
            "a,b\n" + "1,2\n2,3\n" * 40_000 + "1," + "9" * 2_000_000 + "\n",
            {},
            "line 80002 has more than 1,048,576 characters",
        ),
        (
            "a,b\n" + "1,2\n2,3\n" * 40_000 + "1," + "9" * 200_000 + "\n",
            {},
            "row 80002: a quotation mark .* is not closed, or a cell has more than 131,072 characters",
        ),
        ("a,b\n" + "1,2.5\n3,4\n" * 20 + "5,about 6\n", {}, "row 42, column 'b': 'about 6' is not a number"),
        ("a,b\n" + "1,2.5\n3,4\n" * 20 + "six,6\n", {}, "row 42, column 'a': 'six' is not a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    write: Any, content: str | bytes, choice: Any, message: str
) -> None:
    error = refusal(write(content), TableChoice(**choice))
    assert re.search(message, str(error)), str(error)
    assert len(str(error)) < 400


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in str(refusal(tmp_path / "none.csv"))
    assert "a folder, a pipe or a device" in str(refusal(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices are files on other systems only")
def test_a_pipe_is_not_waited_for_and_a_device_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert "a folder, a pipe or a device" in str(refusal(path))
        with pytest.raises(DataError, match="a folder, a pipe or a device"):
            preview(path)


def test_a_file_beyond_the_bound_is_refused(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "MOST_BYTES", 10)
    assert "the file has 12 bytes; at most 10 are read" in str(refusal(write("a,b\n1,2\n3,4\n")))


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused_in_plain_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with suppress(DataError):
        preview(path)
    with suppress(DataError):
        read_table(path)


@settings(max_examples=100, deadline=None)
@given(
    st.text('ab1,;"\t\n -.あ', max_size=80),
    st.builds(
        TableOptions,
        encoding=st.sampled_from(["utf-8", "cp932", "utf-16", "cp1252"]),
        delimiter=st.sampled_from(",;\t"),
        decimal=st.sampled_from(".,"),
        header=st.booleans(),
    ),
)
def test_any_options_are_followed_or_refused_in_plain_words(
    tmp_path_factory: pytest.TempPathFactory, text: str, options: TableOptions
) -> None:
    path = tmp_path_factory.getbasetemp() / "options.csv"
    path.write_bytes(text.encode("utf-8"))
    with suppress(DataError):
        found = preview(path, options)
        assert found.encoding == options.encoding
        assert (found.delimiter, found.decimal, found.header) == (
            options.delimiter,
            options.decimal,
            options.header,
        )


def test_memory_does_not_grow_with_the_file(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "HEAD_BYTES", 8_000)
    monkeypatch.setattr(csv_text, "CHUNK_BYTES", 8_000)
    monkeypatch.setattr(csv_examples, "MOST_EXAMPLES", 500)
    rows = "".join(f"{i % 1000},{i % 977}\n" for i in range(1_000))

    def peak(times: int) -> int:
        path = write("a,b\n" + rows * times)
        tracemalloc.start()
        read_table(path, TableChoice(task="regression"))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few, many = peak(3), peak(20)
    assert many < few + len(rows)


def test_a_quotation_mark_that_is_never_closed_takes_no_memory(write: Any) -> None:
    path = write('a,b\n1,2\n3,"' + "4\n" * 1_000_000)
    tracemalloc.start()
    error = refusal(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "row 3: a quotation mark" in str(error)
    # The lines of the head take 9 MB, those of the file would take 58.
    assert most < 15_000_000
