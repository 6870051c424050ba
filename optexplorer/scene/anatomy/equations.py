r"""The terms of one step as LaTeX: with symbols, and with this step's numbers put in.

Colours are named after roles, `\textcolor{gradient}{g}`; `coloured` puts those of a theme in their place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import Array, Hyperparameter, Optimizer, Role, Term, hyperparameters
from optexplorer.engine.replay import Moment

DIGITS = 4
"""Significant digits of numbers in equations."""
MOST_COORDINATES = 3
"""Coordinates that are written out; of points with more, the rest is left to dots."""

_PLACEHOLDER = re.compile(r"<([\w.]+'?)>")
_ARGUMENT = re.compile(r"f\(<([\w.]+'?)>\)")
_COLOUR = re.compile(r"\\textcolor\{([a-z]+)\}")
_PRODUCT = re.compile(r"(?<=[>})|\d])(?:\\,|(?<=\^2) )\s*(?=<|\\frac|\\sqrt|\(|\\left|\\mathrm|\\lVert|\|)")
_WORDS = re.compile(r"\\(?:text|mathrm)\{[^}]*\}")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_OPERATIONS = frozenset(
    r"\frac \tfrac \sqrt \left \right \max \cdot \nabla \top \lVert \rVert \le".split(" ")
)
_WHOLE = (r"\top", r"\nabla", r"\lVert", "^{-1}", "I")
"""What stands in formulas that cannot be written coordinate by coordinate."""


class Line(NamedTuple):
    """An equation with numbers, and the name of the coordinate for which it holds; empty if for all at once."""

    latex: str
    coordinate: str = ""


class Equations:
    """Writes the terms of one `moment`.

    Symbols of terms that occur with their value of the step before carry the step: `v_t` and `v_{t-1}`.
    """

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._terms = {term.name: term for term in moment.terms}
        named = {name for term in moment.terms for name in _PLACEHOLDER.findall(term.formula)}
        self._timed = {name.rstrip("'") for name in named if name.endswith("'")}

    def symbol(self, term: Term) -> str:
        """Return the symbol of `term`, coloured."""
        return _in_colour(term.role, self._indexed(term))

    def symbols(self, formula: str) -> str:
        """Return `formula` with the symbols put in."""
        return _PLACEHOLDER.sub(lambda match: self._symbol_of(match[1]), _with_points(formula))

    def equation(self, term: Term) -> str:
        """Return what `term` is, with symbols."""
        right = self.symbols(term.formula)
        return right if self._is_condition(term) else f"{self.symbol(term)} = {right}"

    def numbers(self, left: str, formula: str, value: Array, role: Role) -> tuple[Line, ...]:
        """Return `formula` with this step's numbers and their result `value`, one line or one per coordinate.

        `left` is the symbol that the result stands for; formulas that hold more than numbers show it alone.
        """
        value, formula = np.asarray(value), _with_points(formula)
        stated = not self._is_computable(formula)
        if value.ndim == 1 and not stated and self._is_elementwise(formula):
            lines = []
            for i, variable in enumerate(self._moment.variables[:MOST_COORDINATES]):
                put_in = self._filled(formula, partial(self._component, i=i))
                result = _in_colour(role, number(value[i]))
                lines.append(Line(f"{put_in} = {result}", variable))
            return (*lines, Line(r"\vdots")) if value.size > MOST_COORDINATES else tuple(lines)
        if stated:
            return (Line(self.result(left, value, role)),)
        result = _in_colour(role, _written(value))
        filled = _ARGUMENT.sub(lambda match: f"f({{{self._row(match[1])}}})", _equated(formula))
        return (Line(f"{self._filled(filled, self._whole)} = {result}"),)

    def result(self, left: str, value: Array | float, role: Role | None = None) -> str:
        """Return `left = value`."""
        written = _written(np.asarray(value))
        return f"{left} = {written if role is None else _in_colour(role, written)}"

    def factor(self, formula: str) -> float:
        """Return the value of `<name>`, a number, or of its square root."""
        value = float(np.asarray(self._value_of(_PLACEHOLDER.findall(formula)[0])[0]))
        return math.sqrt(value) if formula.startswith(r"\sqrt") else value

    def _indexed(self, term: Term, before: bool = False) -> str:
        if term.name not in self._timed:
            return term.symbol
        time = "t-1" if before else "t"
        return f"{{{term.symbol}}}_{{{time}}}" if "_" in term.symbol else f"{term.symbol}_{{{time}}}"

    def _symbol_of(self, name: str) -> str:
        points = {"x": "x_t", "x'": "x_{t-1}", "start": "x_0"}
        if name in points:
            return points[name]
        term = self._terms.get(name.removesuffix("'"))
        if term is not None:
            return _in_colour(term.role, self._indexed(term, name.endswith("'")))
        return self._parameter(name)[0].symbol

    def _value_of(self, name: str) -> tuple[Array | None, Role | None, bool]:
        """Return what stands for `name`: its value, its role if it is a term, and whether it is exact."""
        moment = self._moment
        points: dict[str, Array | None] = {"x": moment.x, "x'": moment.before, "start": moment.start}
        if name in points:
            return points[name], None, False
        term = self._terms.get(name.removesuffix("'"))
        if term is not None:
            return (term.before if name.endswith("'") else term.value), term.role, False
        if name == "lr":
            return np.asarray(moment.lr), None, True
        return np.asarray(self._parameter(name)[1], dtype=np.float64), None, True

    def _parameter(self, path: str) -> tuple[Hyperparameter, object]:
        owner: Optimizer = self._moment.optimizer
        *outer, last = path.split(".")
        for name in outer:
            owner = getattr(owner, name)
        declared = {parameter.name: parameter for parameter in hyperparameters(type(owner))}
        return declared[last], getattr(owner, last)

    def _component(self, name: str, i: int) -> str:
        value, role, exact = self._value_of(name)
        if value is None:
            return self._symbol_of(name)
        value = np.asarray(value)
        text = number(value if value.ndim == 0 else value[i], exact=exact)
        return text if role is None else _in_colour(role, text)

    def _whole(self, name: str) -> str:
        value, role, exact = self._value_of(name)
        if value is None:
            return self._symbol_of(name)
        value = np.asarray(value)
        text = number(value, exact=exact) if value.ndim == 0 else _written(value)
        return text if role is None else _in_colour(role, text)

    def _row(self, name: str) -> str:
        value, role, _ = self._value_of(name)
        if value is None:
            return self._symbol_of(name)
        text = r",\, ".join(f"{{{number(part)}}}" for part in value[:MOST_COORDINATES].tolist())
        text += r",\, \dots" if len(value) > MOST_COORDINATES else ""
        return text if role is None else _in_colour(role, text)

    def _filled(self, formula: str, write: Callable[[str], str]) -> str:
        """Return `formula` with every placeholder written out, negative numbers in brackets where they need them."""
        formula = _PRODUCT.sub(lambda _: r" \cdot ", formula)
        parts, end = [], 0
        for match in _PLACEHOLDER.finditer(formula):
            parts.append(formula[end : match.start()])
            end = match.end()
            text = write(match[1])
            before = "".join(parts).rstrip()
            opened = before.endswith(("=", "(", "{", ",", "|", r"\lVert")) and not before.endswith(r"\{")
            leads = not before or opened
            powered = formula[end:].startswith("^") and not formula[end:].startswith((r"^{\top}", "^{-1}"))
            bare = _COLOUR.sub("", text).lstrip("{")
            negative, long = bare.startswith("-"), r"\times" in bare
            if (negative and (not leads or powered)) or (long and powered):
                # In braces, as those of a colour, a minus sign is without the space of a difference.
                text = rf"({text})" if _COLOUR.match(text) else f"({{{text}}})"
            parts.append(text)
        return "".join(parts) + formula[end:]

    def _is_condition(self, term: Term) -> bool:
        """Whether the formula says by itself what the term has to fulfil."""
        return term.formula.startswith(f"{term.symbol}:")

    def _is_elementwise(self, formula: str) -> bool:
        """Whether the formula does the same in every coordinate."""
        shapes = [np.asarray(self._value_of(name)[0]).ndim for name in _PLACEHOLDER.findall(formula)]
        return max(shapes, default=0) < 2 and not any(mark in formula for mark in _WHOLE)

    def _is_computable(self, formula: str) -> bool:
        """Whether nothing but numbers is left of the formula when they are put in."""
        rest = _WORDS.sub("", _PLACEHOLDER.sub("", _equated(formula)))
        if any(command not in _OPERATIONS for command in _COMMAND.findall(rest)):
            return False
        rest = _COMMAND.sub("", rest).replace("f(", "(")
        return not re.search(r"[A-HJ-Za-z:]", rest)


def _equated(formula: str) -> str:
    """Return what stands left of the first equals sign of a chain of them."""
    return formula.split(" = ")[0].rstrip()


def _with_points(formula: str) -> str:
    return formula.replace("f(x)", "f(<x>)")


def _in_colour(role: Role, latex: str) -> str:
    return rf"\textcolor{{{role}}}{{{latex}}}"


def coloured(latex: str, colours: Mapping[Role, str]) -> str:
    """Return `latex` with the colours of a theme (`#rrggbb`) in place of the roles' names."""
    by_name: Mapping[str, str] = {str(role): colour for role, colour in colours.items()}
    return _COLOUR.sub(lambda match: rf"\textcolor{{{by_name[match[1]]}}}", latex)


def plain(latex: str) -> str:
    """Return symbols as a line of characters, without the step that they carry: for labels in pictures."""
    text = _COLOUR.sub("", latex).replace("_{t-1}", "").replace("_{t}", "").replace(r"\,", "")
    text = re.sub(r"\\hat\s*\{?(\w)\}?", "\\1\u0302", text)
    text = re.sub(r"\\tilde\s*\{?(\w)\}?", "\\1\u0303", text)
    text = text.replace(r"\max", "max").replace(r"\mathrm", "").replace(r"\sqrt", "√")
    for name, letter in _GREEK.items():
        text = text.replace(name, letter)
    text = re.sub(r"_(\d)", lambda match: "₀₁₂₃₄₅₆₇₈₉"[int(match[1])], text)
    return re.sub(r"[\\{}^_ ]", "", text)


_GREEK = {
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


def number(value: float | Array, *, exact: bool = False) -> str:
    """Return a number as LaTeX with `DIGITS` significant digits; very large and small ones with a power of ten.

    `exact` numbers were chosen by someone: they have as many digits as they need.
    """
    value = float(value)
    if not math.isfinite(value):
        return r"\mathrm{nan}" if math.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    digits = 6 if exact else DIGITS
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
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"
