"""Elements of formulas: tree nodes, known functions, and the error for invalid formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass

from optexplorer.text import Text

FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        "sin cos tan asin acos atan sinh cosh tanh exp log ln log10 log2 sqrt cbrt "
        "abs sign floor ceil round sigmoid relu softplus erf erfc asinh acosh atanh log1p expm1".split(),
        (1, 1),
    ),
    "atan2": (2, 2),
    "mod": (2, 2),
    "hypot": (2, 16),
    "min": (2, 16),
    "max": (2, 16),
    "where": (3, 3),
    "piecewise": (3, 41),
    "sum": (4, 4),
    "prod": (4, 4),
}
"""The functions of the grammar with the least and the greatest number of their arguments."""

SERIES = ("sum", "prod")
"""Functions of a term, an index and its bounds."""
CONSTANTS = ("pi", "e")
WORDS = ("and", "or", "not")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
RESERVED = frozenset((*FUNCTIONS, *CONSTANTS, *WORDS)) - frozenset(
    "softplus erf erfc prod asinh acosh atanh log1p expm1".split()
)
"""Names that no variable, parameter or summation index may have."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class FormulaError(ValueError):
    """A formula that is refused: why, and which characters of the text are meant."""

    def __init__(self, message: Text, offset: int = 0, length: int = 1) -> None:
        super().__init__(message, offset, length)
        self.message = message
        self.offset = offset
        self.length = max(length, 1)

    def __str__(self) -> str:
        return f"{self.message.en} (at character {self.offset + 1})"


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula: what it is, where it stands in the text, and its parts.

    `kind` and `text`: "number" and "name" (as written), "sum" (one sign, + or -, per part), "product" (one * or /
    per part), "power" (base, exponent), "call" (the function), "compare" (operators, separated by spaces),
    "and", "or", "not".
    """

    kind: str
    text: str
    parts: tuple[Node, ...]
    start: int
    end: int

    def error(self, en: str, ja: str) -> FormulaError:
        """Return the error that this piece of the formula is wrong."""
        return FormulaError(Text(en, ja), self.start, self.end - self.start)
