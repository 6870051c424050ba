"""Simplifies a function for given settings: removes branches that are never taken and terms that are absent."""

from __future__ import annotations

import ast
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

Known = Mapping[str, Any]
"""The values of the fields of `self` that never change."""

Answers = Callable[[str], bool | None]
"""What a method of `self` without arguments answers, if that is yes or no; else None."""

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip

SCRIPT_NDIM = 1
"""Dimensions of the arrays of a script, whose only point has the shape (n,): what a rule does for batches is left out."""


class _Unknown(Exception):  # noqa: N818
    """The value of an expression depends on more than the settings."""


def simplified(function: ast.FunctionDef, known: Known, answers: Answers) -> ast.FunctionDef:
    """Return the function for these settings; it computes the same."""
    while True:
        before = ast.dump(function)
        function = _Branches(known, answers).visit(function)
        constants = _constant_locals(function, known, answers)
        function = _Inlined(constants).visit(function)
        ast.fix_missing_locations(function)
        if ast.dump(function) == before:
            return function


def _value(node: ast.AST, known: Known, answers: Answers) -> Any:
    """Return what an expression is for these settings."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Attribute) and is_self(node.value):
        if node.attr in known:
            return known[node.attr]
        answer = answers(node.attr)
        if answer is not None:
            return answer
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_self(node.func.value):
        answer = None if node.args or node.keywords else answers(node.func.attr)
        if answer is not None:
            return answer
    if isinstance(node, ast.Attribute) and node.attr == "ndim" and isinstance(node.value, ast.Name):
        return SCRIPT_NDIM
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _value(node.operand, known, answers)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        left, right = (_value(side, known, answers) for side in (node.left, node.comparators[0]))
        return _COMPARISONS[type(node.ops[0])](left, right)
    if isinstance(node, ast.BoolOp):
        return _junction(node, known, answers)
    raise _Unknown


def _junction(node: ast.BoolOp, known: Known, answers: Answers) -> Any:
    """Return what `and` or `or` gives, where one side decides it or all are known."""
    decides = isinstance(node.op, ast.Or)
    value: Any = None
    unknown = False
    for part in node.values:
        try:
            value = _value(part, known, answers)
        except _Unknown:
            unknown = True
            continue
        if bool(value) == decides and not unknown:
            return value
    if unknown:
        raise _Unknown
    return value


def is_self(node: ast.AST) -> bool:
    """Whether a piece of a method is `self`."""
    return isinstance(node, ast.Name) and node.id == "self"


class _Branches(ast.NodeTransformer):
    """Keeps of each `if` whose outcome is known only the branch that is taken."""

    def __init__(self, known: Known, answers: Answers) -> None:
        self._known, self._answers = known, answers

    def _taken(self, node: ast.AST) -> bool | None:
        try:
            return bool(_value(node, self._known, self._answers))
        except _Unknown:
            return None

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        taken = self._taken(node.test)
        if taken is None:
            return node
        return (node.body if taken else node.orelse) or ast.Pass()

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        taken = self._taken(node.test)
        return node if taken is None else (node.body if taken else node.orelse)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Leave out of `a and b` the sides that are known not to decide."""
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        rest = [part for part in node.values if self._taken(part) is not (not decides)]
        if not rest:
            return node
        return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        _tidy(node)
        return node


def _tidy(node: ast.FunctionDef) -> None:
    """Leave out `pass` beside other statements, and what follows a `return`."""
    body = [statement for statement in node.body if not isinstance(statement, ast.Pass)]
    for place, statement in enumerate(body):
        if isinstance(statement, ast.Return | ast.Raise):
            body = body[: place + 1]
            break
    node.body = body or [ast.Pass()]


def _constant_locals(function: ast.FunctionDef, known: Known, answers: Answers) -> dict[str, Any]:
    """Return the local names that are set once, at the top, to something that the settings decide."""
    stores = Counter(
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    found = {}
    for statement in function.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if stores[name] == 1:
                try:
                    constant = _value(value, known, answers)
                except _Unknown:
                    continue
                if not isinstance(value, ast.Attribute) or isinstance(constant, bool):
                    found[name] = constant
            case _:
                pass
    return found


class _Inlined(ast.NodeTransformer):
    """Puts constants in the place of local names."""

    def __init__(self, constants: Mapping[str, Any]) -> None:
        self._constants = constants

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        match node.targets:
            case [ast.Name(id=name)] if name in self._constants:
                return None
            case _:
                self.generic_visit(node)
                return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self._constants:
            return ast.Constant(self._constants[node.id])
        return node
