"""Finds the free names of a formula, and which of them are its variables."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from optexplorer.engine.landscapes.formula.grammar import read
from optexplorer.engine.landscapes.formula.name_checks import (
    ambiguous_name,
    argument_within,
    may_be_product,
    unknown_name,
)
from optexplorer.engine.landscapes.formula.syntax import CONSTANTS, SERIES, FormulaError, Node

_PLANE = ("x", "y")
_PAIRS = (
    ("X", "Y"),
    ("u", "v"),
    ("w", "b"),
    ("a", "b"),
    ("theta", "phi"),
    ("alpha", "beta"),
)
"""Names that are both variables where a formula has no others."""
_NO_NUMBERS = frozenset(("inf", "infinity", "nan", "oo"))
_USUAL = ("t", "w", "u", "v", "z", "s", "q", "theta")
"""What a variable is called where there is neither x nor y, the likeliest first."""
_NUMBERED = re.compile(r"([A-Za-z]+)_?[0-9]+")


def free_names(formula: str) -> tuple[str, ...]:
    """Return the names in the formula that are no constant and no index of a sum, in the order of the text.

    Raises
    ------
    optexplorer.engine.landscapes.formula.syntax.FormulaError
        If the text does not follow the grammar.
    """
    return tuple(dict.fromkeys(node.text for node in _walk(read(formula).tree, frozenset(CONSTANTS))))


def variables_among(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the names are most likely variables: x and y, a pair such as w and b, a family such as x1, x2, else one."""
    plane = tuple(name for name in _PLANE if name in names)
    if plane:
        return plane
    for pair in _PAIRS:
        if {*names} == {*pair}:
            return pair
    stems = {name: match[1] for name in names if (match := _NUMBERED.fullmatch(name))}
    for stem in (*_PLANE, *_USUAL, *stems.values()):
        family = tuple(name for name in names if stems.get(name) == stem)
        if len(family) > 1 or (family and stem in _PLANE):
            return family
        if stem in names:
            return (stem,)
    return names[:1]


def likely_variables(formula: str, parameters: Container[str] = ()) -> tuple[str, ...]:
    """Return the likely variables of a formula of which some parameters are known; none if no name can be one.

    Those in brackets in front, as in `f(a, b) = ...`, if the text has them; else see `variables_among`.

    Raises
    ------
    optexplorer.engine.landscapes.formula.syntax.FormulaError
        If the text does not follow the grammar.
    """
    names = _free_of(formula, parameters)
    declared = tuple(name for name in read(formula).arguments if name in names)
    return declared or variables_among(tuple(name for name in names if not _is_misspelt(name)))


def variables_of(formula: str, parameters: Container[str]) -> tuple[str, ...]:
    """Return what `likely_variables` does, at least one.

    Raises
    ------
    optexplorer.engine.landscapes.formula.syntax.FormulaError
        If the text does not follow the grammar, or has no variable.
    """
    variables = likely_variables(formula, parameters)
    if not variables:
        raise doubtful_name(formula, parameters) or no_variable(formula)
    return variables


def _free_of(formula: str, parameters: Container[str]) -> tuple[str, ...]:
    # A variable that is named as a parameter is refused by the definition, which can say why.
    return tuple(name for name in free_names(formula) if name in _PLANE or name not in parameters)


def _is_misspelt(name: str) -> bool:
    """Whether a name is a number that formulas do not know, or several words in one, as `sinx` and `x_1x_2`."""
    return name in _NO_NUMBERS or argument_within(name) is not None or may_be_product(name)


def no_variable(formula: str) -> FormulaError:
    """Return the error that a formula is a constant."""
    return read(formula).tree.error(
        "the formula has no variable; write for example x^2", "数式に変数がない。例えば x^2 と書く"
    )


def doubtful_name(formula: str, known: Container[str] = ()) -> FormulaError | None:
    """Return the error about the first name that may as well be a product, such as `xy`, a call, such as `sinx`, or `inf`.

    None if there is none.

    A name may be one if each of its letters is x, y or z or stands in the formula alone, or if it is x or y beside one
    other letter; those in `known` are not.

    Raises
    ------
    optexplorer.engine.landscapes.formula.syntax.FormulaError
        If the text does not follow the grammar.
    """
    nodes = tuple(_walk(read(formula).tree, frozenset(CONSTANTS)))
    alone = {node.text for node in nodes if len(node.text) == 1} | {*_PLANE, "z"}
    for node in nodes:
        letters = node.text
        if letters in known:
            continue
        if _is_misspelt(letters):
            return unknown_name(node, CONSTANTS)
        if len(letters) > 1 and letters.isalpha():
            pair = len(letters) == 2 and bool({*letters} & {*_PLANE})
            if pair or alone.issuperset(letters):
                return ambiguous_name(node)
    return None


def _walk(node: Node, bound: frozenset[str]) -> Iterator[Node]:
    if node.kind == "name":
        if node.text not in bound:
            yield node
        return
    parts = node.parts
    if node.kind == "call" and node.text in SERIES and len(parts) == 4 and parts[1].kind == "name":
        yield from _walk(parts[0], bound | {parts[1].text})
        parts = parts[2:]
    for part in parts:
        yield from _walk(part, bound)
