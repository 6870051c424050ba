"""A TOML block inside a lesson that knows the line number of each key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from optexplorer.bounded_input import load_toml

LONGEST = 300
"""Characters of an error's message."""

KeyPath = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""

_ARRAY_HEADER = re.compile(r"\s*\[\[([^\[\]]+)\]\]")
_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' \t]+?)\s*=")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class LessonError(ValueError):
    """A lesson that is refused: what is wrong and what would be right, and on which line of the file."""

    def __init__(self, message: str, line: int) -> None:
        message = " ".join(message.split())
        if len(message) > LONGEST:
            message = f"{message[:LONGEST]}…"
        super().__init__(message, line)
        self.message = message
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class TomlBlock:
    """The keys and values of a piece of TOML whose first line is `line` of the file.

    Raises
    ------
    LessonError
        If it is not TOML, or nested too deeply.
    """

    def __init__(self, text: str, line: int) -> None:
        self.line = line
        self.table = _read(text, line)
        self._lines = _lines(text)

    def has(self, path: KeyPath) -> bool:
        """Return whether a value stands at `path`."""
        inside: Any = self.table
        for part in path:
            if not (part in inside if isinstance(inside, Mapping) else _has(inside, part)):
                return False
            inside = inside[part]
        return True

    def line_of(self, path: KeyPath) -> int:
        """Return the line of the file on which the value at `path` stands, or of what it lies in."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self.line + self._lines[path[:length]]
        return self.line

    def error(self, reason: object, path: KeyPath = ()) -> LessonError:
        """Return the error that the value at `path` is wrong, at the key that the reason names if it names one."""
        message = str(reason)
        inside: Any = self.table
        for part in path:
            known = part in inside if isinstance(inside, Mapping) else _has(inside, part)
            inside = inside[part] if known else None
        if isinstance(inside, Mapping):
            named = [
                (found.start(), key)
                for key in inside
                if (found := re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", message))
            ]
            path = (*path, min(named)[1]) if named else path
        return LessonError(message, self.line_of(path))


def _has(inside: Any, part: str | int) -> bool:
    return isinstance(inside, list) and isinstance(part, int) and part < len(inside)


def _read(text: str, line: int) -> dict[str, Any]:
    try:
        table = load_toml(text)
    except ValueError as error:
        # Not only TOMLDecodeError: Python refuses numbers of more than some thousand digits in its own words.
        message = str(error)
        found = _PLACE.search(message)
        ends = text.rstrip("\n").count("\n")
        offset = min(int(found[1]) - 1, ends) if found and found[1] else ends if found else 0
        reason = _PLACE.sub("", message)
        if not reason.startswith("this TOML"):
            reason = f"this is not TOML: {reason[:1].lower()}{reason[1:]}"
        raise LessonError(reason, line + offset) from None
    return table


def _lines(text: str) -> dict[KeyPath, int]:
    """Return the line, counted from 0, of each table's header and each key at the beginning of a line."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.split("\n")):
        if array := _ARRAY_HEADER.match(line):
            table = _resolved(array[1], counts, ())[: len(array[1].split("."))]
            counts[table] = counts.get(table, 0) + 1
            table = (*table, counts[table] - 1)
            lines.setdefault(table[:-1], number)
            lines.setdefault(table, number)
        elif header := _HEADER.match(line):
            table = _resolved(header[1], counts, ())
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(_resolved(key[1], {}, table), number)
    return lines


def _resolved(name: str, counts: Mapping[KeyPath, int], path: KeyPath) -> KeyPath:
    """Return the path of a dotted name, with the number of the newest table of each array on the way."""
    for part in name.split("."):
        path = (*path, part.strip().strip("\"'"))
        if path in counts:
            path = (*path, counts[path] - 1)
    return path
