"""Guesses how a CSV file is laid out from its first rows: delimiter, decimal sign, header, what the columns hold."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from optexplorer.engine.landscapes.models.data.base import DataError, Task
from optexplorer.engine.landscapes.models.data.csv_cells import (
    Decimal,
    NoNumberError,
    TooLargeError,
    is_missing,
    number_in,
)
from optexplorer.engine.landscapes.models.data.csv_text import (
    HEAD_BYTES,
    Delimiter,
    Encoding,
    Head,
    decoded,
    records,
)
from optexplorer.text import Text

MOST_ROWS_LOOKED_AT = 500
FEW_CLASSES = 10
"""Most different whole numbers that are taken for the numbers of classes."""
_LONGEST_NAME = 100
_TEXT_SHARE = 10
"""A column with more than one text to so many numbers holds text; fewer are mistakes, which are named when it is read."""
_DELIMITERS: tuple[Delimiter, ...] = ("\t", ";", ",")

ColumnKind = Literal["numbers", "text", "empty"]

_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class TableOptions:
    """How a CSV file is to be read; None is guessed.

    Attributes
    ----------
    encoding : "utf-8" (with or without byte order mark), "cp932", "utf-16" or "cp1252"
    delimiter : what stands between cells: ",", ";" or a tab
    decimal : what stands before the decimals: "." or ","
    header : whether the first row holds the names of the columns
    """

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    decimal: Decimal | None = None
    header: bool | None = None


@dataclass(frozen=True)
class Column:
    """What a column holds in the rows that were looked at.

    Attributes
    ----------
    name : its name in the header, made unique; or `column 3`
    kind : what most cells hold: "numbers" even with a few texts among them, "empty" if all are missing
    numbers, text, missing : how many cells hold what
    distinct : how many different values there are
    whole : whether all numbers are whole
    """

    name: str
    kind: ColumnKind
    numbers: int
    text: int
    missing: int
    distinct: int
    whole: bool

    @property
    def task(self) -> Task:
        """What predicting this column would be: of text or of few whole numbers, the class."""
        if self.kind == "text":
            return "classification"
        few = self.whole and 2 <= self.distinct <= FEW_CLASSES and 3 * self.distinct <= self.numbers
        return "classification" if few else "regression"


@dataclass(frozen=True)
class Layout:
    """How a file is laid out, guessed or chosen, and its first rows.

    Attributes
    ----------
    rows : number of the row in the file, and its cells; without the header
    columns : what each column holds in these rows
    more : whether the head holds more rows than these
    first_row : the number of the row with which the table begins; above it stand titles or remarks
    told_apart : the names of those columns that have the same name in the file
    """

    encoding: Encoding
    delimiter: Delimiter
    decimal: Decimal
    header: bool
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    columns: tuple[Column, ...]
    more: bool
    first_row: int
    told_apart: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def target(self) -> int:
        """Which column is probably to be predicted: the last that holds anything."""
        filled = [i for i, column in enumerate(self.columns) if column.kind != "empty"]
        return filled[-1] if filled else len(self.columns) - 1

    def inputs_for(self, target: int) -> tuple[int, ...]:
        """Return which columns a target can be predicted of: all others that hold numbers."""
        return tuple(i for i, column in enumerate(self.columns) if column.kind == "numbers" and i != target)


def lay_out(head: Head, encoding: Encoding, options: TableOptions) -> Layout:
    """Return how the file is laid out of which this is the head.

    Raises
    ------
    DataError
        If it is no text in this encoding, no table, or only a header.
    """
    text = decoded(head, encoding)
    if not head.whole:
        # The last line may be cut off.
        text = text[: text.rfind("\n") + 1] or text
    delimiter = options.delimiter or _guess_delimiter(text)
    rows = _first_rows(text, delimiter, whole=head.whole)
    if not rows:
        raise DataError(Text("the file holds no rows", "ファイルに行がない"))
    rows = rows[_title_rows([cells for _, cells in rows]) :]
    decimal = options.decimal or _guess_decimal([cells for _, cells in rows], delimiter)
    first, body = rows[0][1], rows[1:]
    header = (
        _is_header(first, [cells for _, cells in body], decimal) if options.header is None else options.header
    )
    if not header:
        body = rows
    if not body:
        raise _no_body(head.whole)
    usual = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    named = first if header else [""] * usual
    columns = tuple(
        _column(name, [cells[i] for _, cells in body if i < len(cells)], decimal)
        for i, name in enumerate(unique_names(named))
    )
    found = tuple((row, tuple(cells)) for row, cells in body)
    more = len(rows) > MOST_ROWS_LOOKED_AT
    return Layout(
        encoding, delimiter, decimal, header, found, columns, more, rows[0][0], names_told_apart(named)
    )


def _no_body(whole: bool) -> DataError:
    if whole:
        return DataError(Text("there are no rows but the header", "見出しのほかに行がない"))
    return DataError(
        Text(
            f"the first rows have more than {HEAD_BYTES:,} bytes; this is not a table",
            f"最初の行が{HEAD_BYTES:,}バイトを超えている。表ではない",
        )
    )


def _first_rows(text: str, delimiter: Delimiter, whole: bool) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    try:
        for found in records(iter([text]), delimiter):
            rows.append(found)
            if len(rows) > MOST_ROWS_LOOKED_AT:
                break
    except DataError:
        # A cell in quotation marks may go on beyond the head; what comes before it will do.
        if whole or not rows:
            raise
    return rows


def _title_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows of one filled cell stand above the first row of the table, as many offices write them."""
    usual = Counter(map(len, rows)).most_common(1)[0][0]
    for above, cells in enumerate(rows):
        filled = sum(bool(cell.strip()) for cell in cells)
        # A first column without a name is no title: of two cells one may be empty.
        alone = filled == 1 and (len(cells) != usual or (usual > 2 and bool(cells[0].strip())))
        if usual == 1 or not alone:
            return above
    return 0


def _guess_delimiter(text: str) -> Delimiter:
    """Return what parts the first rows most evenly into two cells or more; a comma if nothing does."""
    sample = list(islice(io.StringIO(text, newline="\n"), 100))
    best: tuple[float, Delimiter] = (0.0, ",")
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(sample, delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            continue
        counts = Counter(len(cells) for cells in rows if cells)
        if not counts:
            continue
        # A comma may be the decimal sign within cells that a tab or semicolon parts: those come first.
        cells, often = counts.most_common(1)[0]
        share = often / counts.total()
        if cells > 1 and share > best[0] + 1e-9:
            best = (share, delimiter)
    return best[1]


def _guess_decimal(rows: Sequence[Sequence[str]], delimiter: Delimiter) -> Decimal:
    commas = points = thousands = 0
    for cells in rows:
        for cell in cells:
            text = cell.strip()
            if _THOUSANDS.fullmatch(text):
                thousands += 1
            elif _COMMA_NUMBER.fullmatch(text):
                commas += 1
            elif _POINT_NUMBER.fullmatch(text):
                points += 1
    if commas or points:
        return "," if commas > points else "."
    # 1,234 may be either; semicolons are written where the comma is the decimal sign.
    return "," if thousands and delimiter == ";" else "."


def _kind(cell: str, decimal: Decimal) -> Literal["number", "text", "missing"]:
    try:
        return "missing" if number_in(cell, decimal) is None else "number"
    except NoNumberError:
        return "text"
    except TooLargeError:
        return "number"


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]], decimal: Decimal) -> bool:
    """Whether the first row names the columns: text where there are numbers below, or all of it text that never comes again."""
    kinds = [_kind(cell, decimal) for cell in first]
    numeric_column = False
    for i, kind in enumerate(kinds):
        below = Counter(_kind(cells[i], decimal) for cells in body[:50] if i < len(cells))
        if below["number"] > below["text"]:
            numeric_column = True
            if kind == "text":
                return True
    if numeric_column or not body:
        return not numeric_column and "number" not in kinds
    again = any(cell == other for cells in body for cell, other in zip(first, cells, strict=False))
    return "number" not in kinds and len(set(first)) == len(first) and not again


def unique_names(given: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns, each once: an empty one becomes `column 3`, a second `a` becomes `a (2)`."""
    found: list[str] = []
    taken: set[str] = set()
    for base in _plain_names(given):
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        found.append(name)
    return tuple(found)


def names_told_apart(given: Sequence[str]) -> tuple[str, ...]:
    """Return those among the unique names that stand for columns of the same name: `a`, `a (2)`."""
    plain = _plain_names(given)
    count = Counter(plain)
    return tuple(name for name, base in zip(unique_names(given), plain, strict=True) if count[base] > 1)


def _plain_names(given: Sequence[str]) -> list[str]:
    """Return the names of columns as they are printed; an empty one becomes `column 3`."""
    printed = ("".join(char if char.isprintable() else " " for char in cell).strip() for cell in given)
    return [name[:_LONGEST_NAME] or f"column {i}" for i, name in enumerate(printed, 1)]


def _column(name: str, cells: Sequence[str], decimal: Decimal) -> Column:
    kinds = Counter(_kind(cell, decimal) for cell in cells)
    numbers, text, missing = kinds["number"], kinds["text"], kinds["missing"]
    kind: ColumnKind = "text" if _TEXT_SHARE * text > numbers else "numbers" if numbers else "empty"
    if kind == "numbers":
        values = {value for cell in cells if (value := _number(cell, decimal)) is not None}
        return Column(
            name, kind, numbers, text, missing, len(values), all(value == int(value) for value in values)
        )
    filled = {cell.strip() for cell in cells if not is_missing(cell)}
    if kind == "empty" and filled:
        # Words that stand for a missing number only, such as None: here they are names.
        kind, text, missing = "text", sum(not is_missing(cell) for cell in cells), sum(map(is_missing, cells))
    return Column(name, kind, numbers, text, missing, len(filled), whole=False)


def _number(cell: str, decimal: Decimal) -> float | None:
    try:
        return number_in(cell, decimal)
    except (NoNumberError, TooLargeError):
        return None
