r"""The terms of one step as LaTeX: with symbols, and with this step's numbers put in.

Formulas come in pieces, see `optexplorer.engine.optimizers.terms`. Colours are named after roles,
`\textcolor{gradient}{g}`; `coloured` puts those of a theme in their place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import Hyperparameter, Optimizer, hyperparameters
from optexplorer.engine.optimizers.terms import (
    TIMES,
    Array,
    Average,
    Place,
    Role,
    Term,
    Writing,
    pieces,
)
from optexplorer.engine.replay import Moment

DIGITS = 4
"""Significant digits of numbers in equations."""
MOST_DIGITS = 9
"""Of a loss that changes only in its later digits."""
MOST_COORDINATES = 3
"""Coordinates that are written out; of points with more, dots and the norm stand for the rest."""

_OPENING = ("=", "(", "{", ",", "|", r"\lVert")
"""What a negative number may follow without brackets of its own."""
_DOT = r"\cdot"
_NOT_POWERS = (r"^{\top}", "^{-1}")


class Line(NamedTuple):
    """An equation with numbers, and the name of the coordinate for which it holds; empty if for all at once."""

    latex: str
    coordinate: str = ""


class Written(NamedTuple):
    """A quantity as LaTeX without its colour, and the role that gives it one."""

    latex: str
    role: Role | None

    @property
    def coloured(self) -> str:
        """The LaTeX in the colour of the role."""
        return self.latex if self.role is None else in_colour(self.role, self.latex)


class Equations:
    """Writes the terms of one `moment`.

    Symbols of terms that occur with their value of the step before carry the step: `v_t` and `v_{t-1}`. Of points with
    many coordinates the first few are written out, or only `selected`, and the norm.
    """

    def __init__(self, moment: Moment, selected: int | None = None) -> None:
        self._moment = moment
        self._selected = selected if moment.x.size > MOST_COORDINATES else None
        self._terms = {term.name: term for term in moment.terms}
        self._timed = {
            piece.name
            for term in moment.terms
            for piece in pieces(term.formula)
            if isinstance(piece, Place) and piece.before
        }

    def symbol(self, term: Term) -> str:
        """Return the symbol of `term`, coloured."""
        return in_colour(term.role, self._indexed(term))

    def symbols(self, formula: str) -> str:
        """Return `formula` with the symbols put in."""
        return "".join(self._with_symbol(piece) for piece in pieces(formula))

    def equation(self, term: Term) -> str:
        """Return what `term` is, with symbols."""
        right = self.symbols(term.formula)
        if term.equals:
            right = f"{right} = {term.equals}"
        return right if term.writing == "condition" else f"{self.symbol(term)} = {right}"

    def numbers(
        self, left: str, formula: str, value: Array, role: Role, writing: Writing = "coordinates"
    ) -> tuple[Line, ...]:
        """Return `formula` with this step's numbers and their result `value`, in one line or one per coordinate.

        `left` is the symbol that the result stands for; formulas that hold more than numbers show it alone.
        """
        value = np.asarray(value)
        if writing in ("value", "condition"):
            return (Line(self.result(left, value, role)),)
        if writing == "coordinates" and value.ndim == 1:
            return self._by_coordinate(left, formula, value, role)
        result = in_colour(role, self._written(value))
        return (Line(f"{self._filled(formula, self._whole)} = {result}{_norm_beside(left, value)}"),)

    def _by_coordinate(self, left: str, formula: str, value: Array, role: Role) -> tuple[Line, ...]:
        """Return a line for each coordinate that is written out, and one for the norm if these are not all."""
        names = self._moment.variables
        chosen = range(min(len(names), MOST_COORDINATES)) if self._selected is None else (self._selected,)
        lines = []
        for i in chosen:
            put_in = self._filled(formula, partial(self._component, i=i))
            result = in_colour(role, number(value[i]))
            # Which weight is selected is said once, before all equations.
            lines.append(Line(f"{put_in} = {result}", names[i] if self._selected is None else ""))
        if value.size <= MOST_COORDINATES:
            return tuple(lines)
        dots = r"\vdots\qquad " if self._selected is None else ""
        return (*lines, Line(f"{dots}{_norm(left, value)}"))

    def result(self, left: str, value: Array | float, role: Role | None = None) -> str:
        """Return `left = value`; beside a vector that is shortened stands its norm."""
        value = np.asarray(value)
        return f"{left} = {Written(self._written(value), role).coloured}{_norm_beside(left, value)}"

    def share(self, average: Average) -> tuple[float, str]:
        """Return the share of its old value that an average keeps, and its symbol as plain characters."""
        declared, value = self._parameter(average.decay)
        assert isinstance(value, float)
        symbol = plain(declared.symbol)
        return (math.sqrt(value), f"√{symbol}") if average.root else (value, symbol)

    def _indexed(self, term: Term, before: bool = False) -> str:
        if term.name not in self._timed:
            return term.symbol
        time = "t-1" if before else "t"
        return f"{{{term.symbol}}}_{{{time}}}" if "_" in term.symbol else f"{term.symbol}_{{{time}}}"

    def _with_symbol(self, piece: str | Place) -> str:
        if isinstance(piece, Place):
            symbol = self._symbol_of(piece)
            return f"({symbol})" if piece.argument else symbol
        return r"\," if piece == TIMES else piece

    def _symbol_of(self, place: Place) -> str:
        points = {"x": "x_t", "x'": "x_{t-1}", "start": "x_0"}
        if place.key in points:
            return points[place.key]
        term = self._terms.get(place.name)
        if term is not None:
            return in_colour(term.role, self._indexed(term, place.before))
        return self._parameter(place.name)[0].symbol

    def _value_of(self, place: Place) -> tuple[Array | None, Role | None, bool]:
        """Return what stands at `place`: its value, its role if it is a term, and whether it is exact."""
        moment = self._moment
        points: dict[str, Array | None] = {"x": moment.x, "x'": moment.before, "start": moment.start}
        if place.key in points:
            return points[place.key], None, False
        term = self._terms.get(place.name)
        if term is not None:
            return (term.before if place.before else term.value), term.role, False
        if place.name == "lr":
            return np.asarray(moment.lr), None, True
        return np.asarray(self._parameter(place.name)[1], dtype=np.float64), None, True

    def _parameter(self, path: str) -> tuple[Hyperparameter, object]:
        owner: Optimizer = self._moment.optimizer
        *outer, last = path.split(".")
        for name in outer:
            owner = getattr(owner, name)
        declared = {parameter.name: parameter for parameter in hyperparameters(type(owner))}
        return declared[last], getattr(owner, last)

    def _component(self, place: Place, i: int) -> Written:
        value, role, exact = self._value_of(place)
        if value is None:
            return Written(self._symbol_of(place), None)
        value = np.asarray(value)
        return Written(number(value if value.ndim == 0 else value[i], exact=exact), role)

    def _whole(self, place: Place) -> Written:
        value, role, exact = self._value_of(place)
        if value is None:
            return Written(self._symbol_of(place), None)
        value = np.asarray(value)
        if place.argument:
            return Written(_row(value), role)
        return Written(number(value, exact=exact) if value.ndim == 0 else self._written(value), role)

    def _written(self, value: Array) -> str:
        """Return a number, a column vector or a matrix as LaTeX; of a long vector the selected coordinate."""
        if self._selected is None or value.shape != self._moment.x.shape:
            return _written(value)
        rows = [number(value[self._selected])]
        rows = [*([r"\vdots"] if self._selected else []), *rows]
        rows = [*rows, *([r"\vdots"] if self._selected + 1 < value.size else [])]
        return _column(rows)

    def _filled(self, formula: str, write: Callable[[Place], Written]) -> str:
        """Return `formula` with every quantity written out, negative numbers in brackets where they need them."""
        text, parts = "", pieces(formula)
        for piece, following in zip(parts, (*parts[1:], ""), strict=True):
            if isinstance(piece, Place):
                text += _bracketed(write(piece), piece, text.rstrip(), following)
            else:
                text += r" \cdot " if piece == TIMES else piece
        return text


def _bracketed(written: Written, place: Place, before: str, after: str | Place) -> str:
    """Return a quantity between what stands before and after it, in brackets where it needs them."""
    latex = written.coloured
    if place.argument:
        return f"({{{latex}}})"
    leads = not before or (before.endswith(_OPENING) and not before.endswith(r"\{"))
    powered = isinstance(after, str) and after.startswith("^") and not after.startswith(_NOT_POWERS)
    negative, long = written.latex.startswith("-"), r"\times" in written.latex
    if (negative and (not leads or powered)) or (long and powered):
        # In braces, as those of a colour, a minus sign is without the space of a difference.
        return f"({{{latex}}})" if written.role is None else f"({latex})"
    return latex


def in_colour(role: Role, latex: str) -> str:
    """Return `latex` in the colour of a role."""
    return rf"\textcolor{{{role}}}{{{latex}}}"


def coloured(latex: str, colours: Mapping[Role, str]) -> str:
    """Return `latex` with the colours of a theme (`#rrggbb`) in place of the roles' names."""
    for role, colour in colours.items():
        latex = latex.replace(rf"\textcolor{{{role}}}", rf"\textcolor{{{colour}}}")
    return latex


def plain(symbol: str) -> str:
    """Return the symbol of a term or hyperparameter as plain characters: for labels in pictures."""
    for accent, combining in _ACCENTS.items():
        if symbol.startswith(accent):
            return plain(symbol.removeprefix(accent)) + combining
    for command, characters in _CHARACTERS.items():
        symbol = symbol.replace(command, characters)
    for digit in "0123456789":
        symbol = symbol.replace(f"_{digit}", "₀₁₂₃₄₅₆₇₈₉"[int(digit)])
    return symbol.translate(_UNWRITTEN)


_ACCENTS = {r"\hat ": "\u0302", r"\tilde ": "\u0303"}
_CHARACTERS = {
    r"\mathrm": "",
    r"\max": "max",
    r"\Delta": "Δ",
    r"\Lambda": "Λ",
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\eta": "η",
    r"\mu": "μ",
    r"\phi": "φ",
    r"\rho": "ρ",
}
_UNWRITTEN = str.maketrans("", "", "\\{}^_ ")


def digits_for_change(value: float, change: float) -> int:
    """Return how many significant digits of `value` show that it changes by `change`: `DIGITS` to `MOST_DIGITS`."""
    if not (math.isfinite(value) and math.isfinite(change) and value and change):
        return DIGITS
    needed = math.ceil(math.log10(abs(value)) - math.log10(abs(change))) + 1
    return min(max(needed, DIGITS), MOST_DIGITS)


def number(value: float | Array, *, exact: bool = False, digits: int = DIGITS) -> str:
    """Return a number as LaTeX with some significant digits; very large and small ones with a power of ten.

    `exact` numbers were chosen by someone: they have as many digits as they need.
    """
    value = float(value)
    if not math.isfinite(value):
        return r"\mathrm{nan}" if math.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    digits = 6 if exact else digits
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    exponent = int(power)
    if value == 0:
        return "0"
    if -4 < exponent < 5:
        decimals = max(digits - 1 - exponent, 0)
        text = f"{value:.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text and (exact or value == int(value)) else text
    mantissa = mantissa.rstrip("0").rstrip(".") if exact else mantissa
    if mantissa in ("1", "-1"):
        return f"{mantissa.removesuffix('1')}10^{{{exponent}}}"
    return rf"{mantissa} \times 10^{{{exponent}}}"


def _written(value: Array) -> str:
    """Return a number, a column vector or a matrix as LaTeX."""
    if value.size == 1:
        return number(value.item())
    shown = value[(slice(MOST_COORDINATES),) * value.ndim]
    table = shown[:, None] if value.ndim == 1 else shown
    rows = [" & ".join(number(part) for part in row) for row in table.tolist()]
    if value.shape[0] > MOST_COORDINATES:
        rows = [row + r" & \cdots" for row in rows] if value.ndim == 2 else rows
        rows.append(r"\vdots")
    return _column(rows)


def _column(rows: Sequence[str]) -> str:
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


def _row(point: Array) -> str:
    """Return the coordinates of a point side by side."""
    text = r",\, ".join(f"{{{number(part)}}}" for part in point[:MOST_COORDINATES].tolist())
    return text + r",\, \dots" if len(point) > MOST_COORDINATES else text


def _norm(symbol: str, vector: Array) -> str:
    """Return `‖symbol‖ = …`, a dot in place of no symbol."""
    with np.errstate(all="ignore"):
        norm = float(np.linalg.norm(vector))
    # In a group of their own the bars stay as tall as what they hold, beside a tall vector too.
    return rf"{{\lVert {symbol or _DOT} \rVert}} = {number(norm)}"


def _norm_beside(symbol: str, value: Array) -> str:
    """Return the norm to stand beside a vector that is shortened; nothing beside other values."""
    shortened = value.ndim == 1 and value.size > MOST_COORDINATES
    return rf",\quad {_norm(symbol, value)}" if shortened else ""
