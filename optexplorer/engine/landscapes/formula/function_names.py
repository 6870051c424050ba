"""Aliases of functions, and functions that are expanded into those of the grammar."""

from __future__ import annotations

import re
from collections.abc import Callable

from optexplorer.engine.landscapes.formula.syntax import CONSTANTS, FUNCTIONS, RESERVED, WORDS, Node

_ALSO = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "tg": "tan", "fabs": "abs", "sgn": "sign",
    "rint": "round", "ceiling": "ceil", "minimum": "min", "maximum": "max", "lg": "log10",
    "log_2": "log2", "log_10": "log10", "logistic": "sigmoid", "expit": "sigmoid", "absolute": "abs", "signum": "sign",
    "arcsinh": "asinh", "arsinh": "asinh", "arccosh": "acosh", "arcosh": "acosh", "arctanh": "atanh", "artanh": "atanh",
    "arctg": "atan", "ctg": "cot", "cotan": "cot", "cosec": "csc", "if": "where", "ifelse": "where", "fmin": "min", "fmax": "max",
}  # fmt: skip
_NO_PRODUCT = frozenset((*"fgh", "gamma", "beta", "zeta", "Gamma", "sigma"))
"""Names that mean a function before a bracket, not a factor."""
GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega".split()
)
"""Names of letters, which are set as those letters and are factors before a bracket."""
_FACTOR = re.compile(rf"(?:[A-Za-z]|(?i:{'|'.join(GREEK)}))(?:_?[0-9]+|_[A-Za-z0-9]+)?")


def canonical(name: str, called: bool) -> str | None:
    """Return the function that `name` means, or None if it means a variable, a parameter or a constant.

    `called` says whether a bracket follows. Then a name of several letters is a function, known or not, while `x(y + 1)`
    is a product; otherwise only the reserved functions count.
    """
    if name in CONSTANTS or name in WORDS:
        return None
    if not called:
        found = _ALSO.get(name, name) if name.startswith(("arc", "log_")) else name
        return found if found in FUNCTIONS and found in RESERVED else None
    for spelled in (name, name.lower()):
        if is_function(spelled):
            return _ALSO.get(spelled, spelled)
    return None if is_factor(name) and name not in _NO_PRODUCT else name


def is_function(name: str) -> bool:
    """Whether a name, or another name for it, is one of a function."""
    found = _ALSO.get(name, name)
    return found in FUNCTIONS or found in _WRITTEN


def is_factor(name: str) -> bool:
    """Whether a name looks like a letter of mathematics, which may stand beside another factor."""
    return name in CONSTANTS or _FACTOR.fullmatch(name) is not None


def made_of(function: str, arguments: tuple[Node, ...], start: int, end: int) -> Node:
    """Return the call of a function, written with those of the grammar if it is none of them."""
    if function in _WRITTEN:
        return _WRITTEN[function](arguments, start, end)
    if function == "prod" and not (len(arguments) == 4 and arguments[1].kind == "name"):
        return Node("product", "*" * len(arguments), arguments, start, end)
    return Node("call", function, arguments, start, end)


def _power(arguments: tuple[Node, ...], start: int, end: int) -> Node:
    if len(arguments) != 2:
        raise Node("call", "pow", arguments, start, end).error(
            f"pow takes 2 arguments, not {len(arguments)}", f"pow の引数は2個で、{len(arguments)}個ではない"
        )
    return Node("power", "^", arguments, start, end)


def _mean(arguments: tuple[Node, ...], start: int, end: int) -> Node:
    total = arguments[0] if len(arguments) == 1 else Node("sum", "+" * len(arguments), arguments, start, end)
    return Node("product", "*/", (total, Node("number", str(len(arguments)), (), start, end)), start, end)


def _norm(arguments: tuple[Node, ...], start: int, end: int) -> Node:
    if len(arguments) == 2 and arguments[1].kind == "number":
        raise Node("call", "norm", arguments, start, end).error(
            "a number here can be the order of the norm: write abs(x), or hypot(x, 2) if it is a coordinate",
            "この数はノルムの次数とも読める。abs(x) か、座標なら hypot(x, 2) と書く",
        )
    return Node("call", "abs" if len(arguments) == 1 else "hypot", arguments, start, end)


def _logarithm(arguments: tuple[Node, ...], start: int, end: int) -> Node:
    """Return log(a), or log(a, base) as a quotient."""
    if len(arguments) != 2:
        return Node("call", "log", arguments, start, end)
    above, below = (Node("call", "log", (part,), start, end) for part in arguments)
    return Node("product", "*/", (above, below), start, end)


def _one_argument(
    name: str, make: Callable[[Node, Node, int, int], Node]
) -> Callable[[tuple[Node, ...], int, int], Node]:
    def written(arguments: tuple[Node, ...], start: int, end: int) -> Node:
        if len(arguments) != 1:
            raise Node("call", name, arguments, start, end).error(
                f"{name} takes 1 argument, not {len(arguments)}",
                f"{name} の引数は1個で、{len(arguments)}個ではない",
            )
        return make(arguments[0], Node("number", "1", (), start, end), start, end)

    return written


def _inverse_of(function: str) -> Callable[[Node, Node, int, int], Node]:
    return lambda part, one, start, end: Node(
        "product", "*/", (one, Node("call", function, (part,), start, end)), start, end
    )


_WRITTEN: dict[str, Callable[[tuple[Node, ...], int, int], Node]] = {
    "pow": _power,
    "power": _power,
    "mean": _mean,
    "norm": _norm,
    "square": _one_argument(
        "square",
        lambda part, one, start, end: Node(
            "power", "^", (part, Node("number", "2", (), start, end)), start, end
        ),
    ),
    "log": _logarithm,
    "exp2": _one_argument(
        "exp2",
        lambda part, one, start, end: Node(
            "power", "^", (Node("number", "2", (), start, end), part), start, end
        ),
    ),
    **dict.fromkeys(
        ("silu", "swish"),
        _one_argument(
            "silu",
            lambda part, one, start, end: Node(
                "product", "**", (part, Node("call", "sigmoid", (part,), start, end)), start, end
            ),
        ),
    ),
    **{
        name: _one_argument(name, _inverse_of(function))
        for name, function in zip(
            ("sec", "csc", "cot", "sech", "csch", "coth"),
            ("cos", "sin", "tan", "cosh", "sinh", "tanh"),
            strict=True,
        )
    },
}
