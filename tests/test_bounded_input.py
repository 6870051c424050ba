"""Files of strangers are bounded before they are read."""

from __future__ import annotations

import os
import sys
import tomllib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer import bounded_input
from optexplorer.bounded_input import DEEPEST, RefusedFileError, load_toml, read_bounded
from optexplorer.engine.landscapes import registry
from optexplorer.engine.landscapes.painted.height_map import height_map
from optexplorer.experiment import files
from optexplorer.lessons.reading import read_front_matter, read_lesson

READERS: list[Callable[[Path], object]] = [
    lambda path: read_bounded(path, 1000),
    files.read,
    read_lesson,
    read_front_matter,
    registry.read_file,
    height_map,
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices are files on other systems only")
def test_a_pipe_is_not_waited_for_and_a_device_not_read(
    reader: Callable[[Path], object], tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(ValueError, match="a folder, a pipe or a device"):
            reader(path)


def test_a_name_that_can_be_none_is_refused() -> None:
    for name in ("a\0b", "\ud800"):
        with pytest.raises(RefusedFileError, match="no name of a file"):
            read_bounded(name, 10)


def test_only_so_much_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(RefusedFileError, match="5 bytes; at most 4"):
        read_bounded(path, 4)


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 100_000) + " = 1",
        "[" + ".".join("a" * 100_000) + "]",
        "[[" + " . ".join(['"b"'] * 50_000) + "]]",
        'x = """\n"""\n' + ".".join("a" * 100_000) + " = 1",
        "x = { " + ".".join("a" * 100_000) + " = 1 }",
    ],
)
def test_a_key_of_many_parts_is_refused_before_it_takes_memory(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="nested too deeply"):
            load_toml(text)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        "x = " + "[" * 5000,
        "x = " + "{ a = " * (DEEPEST + 1) + "1" + " }" * (DEEPEST + 1),
    ],
)
def test_values_nested_too_deeply_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        load_toml(text)


@pytest.mark.parametrize(
    "text",
    [
        'a.b.c = "1.2.3.4.5.6.7.8.9.10.11"',
        "a = '1.2.3.4.5.6.7.8.9.10.11' # 1.2.3.4.5.6.7.8.9.10.11",
        'a = """1.2.3.4.5.6.7.8.9.10\n1.2.3.4.5.6.7.8.9 \\""" .........."""',
        "a = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5]",
        '"a.b.c.d.e.f.g.h.i.j.k" = 1',
        "a.b.c.d.e.f.g.h = 1",
        "",
    ],
)
def test_dots_that_are_no_keys_do_not_count(text: str) -> None:
    assert load_toml(text) == tomllib.loads(text)


@given(st.text(alphabet="ab.=\"'\\#[]{}\n 1,", max_size=60))
def test_any_text_is_read_as_the_library_reads_it_or_refused(text: str) -> None:
    try:
        expected = tomllib.loads(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            load_toml(text)
        return
    try:
        assert load_toml(text) == expected
    except ValueError as error:
        assert "nested too deeply" in str(error)  # noqa: PT017


def test_the_scan_is_linear_in_strings_that_do_not_end() -> None:
    for text in ('x = "' + '\\"' * 200_000, "x = '''" + "''" * 200_000 + "\\", '"' * 200_001):
        bounded_input._check_keys(text)
