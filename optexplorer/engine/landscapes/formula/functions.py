"""From the Python text of a derived function to the function; what that text may say, and what its names mean."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Function = Callable[..., tuple[Any, ...]]

_ARGUMENT, _LOCAL = re.compile(r"a\d+"), re.compile(r"v\d+")
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitXor)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def text_of(arguments: Sequence[str], lines: Sequence[str], results: Sequence[str]) -> str:
    """Return the text of a function of `arguments` that runs `lines` and returns the tuple of `results`."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"def compiled({', '.join(arguments)}):\n{body}    return ({', '.join(results)},)\n"


def function_of(text: str) -> Function:
    """Return the function that `text` defines, which must come from `text_of` or have passed `check`."""
    scope: dict[str, Any] = {"__builtins__": {}, **NAMES}
    exec(compile(text, "<formula>", "exec"), scope)
    function: Function = scope["compiled"]
    return function


def check(text: str) -> None:
    """Raise ValueError unless `text` is a function as `text_of` writes them: arithmetic on its arguments, no more.

    For text that has lain in a file, where others may have changed it.
    """
    try:
        statements = ast.parse(text).body
        _need(len(statements) == 1)
        _Check().function(statements[0])
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"this is no derived function: {error}") from None


class _Check:
    """Walks the statements in order, so that every name is known before it is used."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def function(self, node: ast.stmt) -> None:
        _need(isinstance(node, ast.FunctionDef) and node.name == "compiled")
        assert isinstance(node, ast.FunctionDef)
        names = [argument.arg for argument in node.args.args]
        plain = ast.unparse(node.args) == ", ".join(names)
        _need(plain and not node.decorator_list and node.returns is None)
        _need(all(_ARGUMENT.fullmatch(name) for name in names))
        self.known.update(names)
        *statements, last = node.body
        for statement in statements:
            self.statement(statement)
        _need(isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple))
        assert isinstance(last, ast.Return)
        assert isinstance(last.value, ast.Tuple)
        for result in last.value.elts:
            self.expression(result)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.AugAssign):
            _need(isinstance(node.op, _OPERATORS))
            target: ast.expr = node.target
            _need(isinstance(target, ast.Name) and target.id in self.known)
        else:
            _need(isinstance(node, ast.Assign) and len(node.targets) == 1)
            assert isinstance(node, ast.Assign)
            target = node.targets[0]
        self.expression(node.value)
        _need(isinstance(target, ast.Name) and _LOCAL.fullmatch(target.id) is not None)
        assert isinstance(target, ast.Name)
        self.known.add(target.id)

    def expression(self, node: ast.expr) -> None:
        parts: list[ast.expr] = []
        if isinstance(node, ast.Constant):
            _need(isinstance(node.value, int | float))
        elif isinstance(node, ast.Name):
            _need(node.id in self.known)
        elif isinstance(node, ast.UnaryOp):
            _need(isinstance(node.op, ast.USub))
            parts = [node.operand]
        elif isinstance(node, ast.BinOp):
            _need(isinstance(node.op, _OPERATORS))
            parts = [node.left, node.right]
        elif isinstance(node, ast.Compare):
            _need(all(isinstance(operator, _COMPARISONS) for operator in node.ops))
            parts = [node.left, *node.comparators]
        else:
            _need(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords)
            assert isinstance(node, ast.Call)
            assert isinstance(node.func, ast.Name)
            _need(node.func.id in NAMES)
            parts = node.args
        for part in parts:
            self.expression(part)


def _need(holds: bool) -> None:
    if not holds:
        raise ValueError("this is no derived function: it does more than arithmetic")


def _choice(condition: Any, a: Any, b: Any) -> Any:
    if isinstance(condition, bool | np.bool_):
        return a if condition else b
    return np.where(condition, a, b)


def _reciprocal(a: Any) -> Any:
    if isinstance(a, float):
        return 1.0 / a if a else 0.0
    return np.divide(1.0, a, out=np.zeros_like(a), where=a != 0)


NAMES: dict[str, Callable[..., Any]] = {
    "power": np.power, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin,
    "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "exp": np.exp, "log": np.log,
    "Angle": np.arctan2, "CubeRoot": np.cbrt, "Absolute": abs, "Sign": np.sign, "Floor": np.floor, "Ceil": np.ceil,
    "Round": np.rint, "Modulo": np.mod, "Minimum": np.minimum, "Maximum": np.maximum, "Choice": _choice,
    "Reciprocal": _reciprocal, "Sigmoid": lambda a: 1.0 / (1.0 + np.exp(-a)),
}  # fmt: skip
"""The functions that may be called: those of NumPy, and those of `pieces`."""
