"""Which names of a formula are open, and which of them are its variables."""

from __future__ import annotations

from collections.abc import Iterator

from optexplorer.engine.landscapes.formula.grammar import CONSTANTS, Node, read_tree

_PLANE = ("x", "y")
_USUAL = ("t", "w", "u", "v", "z", "s", "q", "theta")
"""What a variable is called where there is neither x nor y, the likeliest first."""


def free_names(formula: str) -> tuple[str, ...]:
    """Return the names in the formula that are no constant and no index of a sum, in the order of the text.

    Raises
    ------
    optexplorer.engine.landscapes.formula.grammar.FormulaError
        If the text does not follow the grammar.
    """
    return tuple(dict.fromkeys(_walk(read_tree(formula), frozenset(CONSTANTS))))


def _walk(node: Node, bound: frozenset[str]) -> Iterator[str]:
    if node.kind == "name":
        if node.text not in bound:
            yield node.text
        return
    parts = node.parts
    if node.kind == "call" and node.text == "sum" and len(parts) == 4 and parts[1].kind == "name":
        yield from _walk(parts[0], bound | {parts[1].text})
        parts = parts[2:]
    for part in parts:
        yield from _walk(part, bound)


def variables_among(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the names are most likely variables: x and y, else one; the others are then parameters."""
    plane = tuple(name for name in _PLANE if name in names)
    if plane:
        return plane
    usual = [name for name in _USUAL if name in names]
    return tuple((usual or list(names))[:1])
