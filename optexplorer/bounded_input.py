"""Reads untrusted files safely: regular files of bounded size, and TOML of bounded depth."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any, BinaryIO

from optexplorer.text import Text

DEEPEST = 8
"""Parts of a dotted TOML key, and tables and arrays inside each other."""

_NO_FILE = Text(
    "it is a folder, a pipe or a device, no file",
    "フォルダー、パイプ、デバイスのいずれかで、ファイルではない",
)


class RefusedFileError(ValueError):
    """A file that is not read: why, in one line that does not name it, as `Text`."""


def open_regular(path: str | Path) -> BinaryIO:
    """Return a regular file, opened for reading its bytes.

    Raises
    ------
    RefusedFileError
        If it is no regular file: a pipe would be waited for, and a device may never end.
    OSError
        If it cannot be read.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 (a path of pathlib's would be made anew from what may be no name)
    except ValueError as error:
        raise RefusedFileError(
            Text("its name is no name of a file", "名前がファイルの名前になっていない")
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise RefusedFileError(_NO_FILE)
    # Another file may have come to that name in between: opening must not wait, and what is open is looked at again.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise RefusedFileError(_NO_FILE)
    return file


def read_bounded(path: str | Path, most: int) -> bytes:
    """Return the bytes of a regular file of at most `most` bytes; nothing is read of any other.

    Raises
    ------
    RefusedFileError
        If it is too large, or no regular file: a pipe would be waited for, and a device may never end.
    OSError
        If it cannot be read.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise RefusedFileError(
                Text(
                    f"it has {size:,} bytes; at most {most:,} are read",
                    f"大きさが {size:,} バイトある。読めるのは {most:,} バイトまで",
                )
            )
        data = file.read(most + 1)
    if len(data) > most:
        raise RefusedFileError(
            Text(f"it has more than {most:,} bytes", f"大きさが {most:,} バイトを超えている")
        )
    return data


def load_toml(text: str) -> dict[str, Any]:
    """Return the table that TOML text holds, of at most `DEEPEST` levels.

    The time and memory that `tomllib` takes grow with the square of the number of parts of a dotted key: it is
    counted before.

    Raises
    ------
    ValueError
        If the text is not TOML (tomllib.TOMLDecodeError among others), or nested too deeply.
    """
    _check_keys(text)
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise ValueError(_too_deep()) from None
    level: list[Any] = [table]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
    if level:
        raise ValueError(_too_deep())
    return table


def _too_deep() -> str:
    return f"this TOML is nested too deeply; at most {DEEPEST} levels are allowed"


def _parts(value: Any) -> list[Any]:
    parts = value.values() if isinstance(value, dict) else value
    return [part for part in parts if isinstance(part, dict | list)]


def _check_keys(text: str) -> None:
    """Refuse text with a key of more than `DEEPEST` parts: so many dots outside of strings before any separator."""
    dots = 0
    end = len(text)
    place = 0
    while place < end:
        char = text[place]
        if char == ".":
            dots += 1
            if dots >= DEEPEST:
                line = text.count("\n", 0, place) + 1
                raise ValueError(f"{_too_deep()} (at line {line}, column 1)")
        elif char in "=,[]{}\n":
            dots = 0
        elif char == "#":
            place = _found(text, "\n", place) - 1
        elif char in "\"'":
            place = _end_of_string(text, place, char) - 1
        place += 1


def _found(text: str, part: str, start: int) -> int:
    place = text.find(part, start)
    return len(text) if place < 0 else place


def _end_of_string(text: str, start: int, quote: str) -> int:
    """Return the place after the string that begins at `start`, or after its line where it does not end."""
    long = text.startswith(quote * 3, start)
    place = start + (3 if long else 1)
    while place < len(text):
        if quote == '"' and text[place] == "\\":
            place += 2
        elif long and text.startswith(quote * 3, place):
            return place + 3
        elif not long and text[place] in (quote, "\n"):
            return place + 1
        else:
            place += 1
    return len(text)
