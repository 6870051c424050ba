"""What a cell of a table holds: a number, text, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

Decimal = Literal[".", ","]

MOST_VALUE = 1e12
"""Numbers beyond it in a person's table are taken for a mistake: losses of their squares lose all their digits."""

MISSING = frozenset(
    "|na|n/a|#n/a|nan|null|nil|-|--|---|–|—|―|ー|?|.|..|...|…|欠損|欠損値|欠測|欠測値|不明|該当なし|データなし".split(
        "|"
    )
)
"""What stands for a missing value, in small letters."""
_MISSING_NUMBERS = MISSING | {"none", "*", "**", "***", "x", "なし"}
"""More of it, where numbers are expected; "None" and なし may be names of classes."""

_PATTERNS = {
    ".": re.compile(r"[+-]?(\d{1,3}([, ]\d{3})+|\d+)?(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE),
    ",": re.compile(r"[+-]?(\d{1,3}([. ]\d{3})+|\d+)?(,\d*)?(e[+-]?\d+)?", re.IGNORECASE),
}
_SIGNS = str.maketrans({"−": "-", "▲": "-", "△": "-"})
_INFINITE = re.compile(r"[+-]?(inf|infinity|∞)", re.IGNORECASE)


class NoNumberError(ValueError):
    """A cell that holds something else than a number."""


class TooLargeError(ValueError):
    """A cell that holds a number that is not finite, or too large."""


def is_missing(cell: str) -> bool:
    """Whether a cell holds nothing, or a word that says so."""
    return cell.strip().casefold() in MISSING


def number_in(cell: str, decimal: Decimal) -> float | None:
    """Return the number in a cell, or None if it is missing.

    Full-width digits, thousands in groups of three, and ▲ for minus, as Japanese tables have it, are understood.

    Raises
    ------
    NoNumberError, TooLargeError
        If there is something else.
    """
    text = unicodedata.normalize("NFKC", cell).strip().translate(_SIGNS)
    if text.casefold() in _MISSING_NUMBERS:
        return None
    if _INFINITE.fullmatch(text):
        raise TooLargeError(cell)
    if not any(char.isdigit() for char in text) or not _PATTERNS[decimal].fullmatch(text):
        raise NoNumberError(cell)
    plain = text.replace(" ", "").replace("," if decimal == "." else ".", "").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        raise NoNumberError(cell) from None
    if not abs(value) <= MOST_VALUE:
        raise TooLargeError(cell)
    return value


def plain_numbers(cells: Sequence[str], decimal: Decimal) -> list[float] | None:
    """Return the numbers in cells where each is simply one, as in nearly all rows; None where a closer look is needed.

    Of a million rows it takes most of the time: no step of it is taken cell by cell in Python.
    """
    joined = "".join(cells)
    # Python's numbers may hold `_`, those of a table may not.
    if "_" in joined or (decimal == "," and "." in joined):
        return None
    try:
        found = list(map(float, [cell.replace(",", ".", 1) for cell in cells] if decimal == "," else cells))
    except ValueError:
        return None
    # A comparison with nan is false.
    return found if sum(map(abs, found)) <= MOST_VALUE else None


def shown(cell: str) -> str:
    """Return the text of a cell as a message can quote it, at most 40 characters of it."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cell[:41])
    return text if len(text) <= 40 else f"{text[:40]}…"
