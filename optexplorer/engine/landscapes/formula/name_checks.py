"""Checks that the names of a formula are known, its calls complete, and conditions where they belong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from optexplorer.engine.landscapes.formula.syntax import (
    CONSTANTS,
    FUNCTIONS,
    RESERVED,
    SERIES,
    WORDS,
    FormulaError,
    Node,
)

_NEAR = 0.7
"""The least similarity of a name that is suggested: `sine` is near `sin`, `gamma` is near nothing."""

_ONE_WORD = re.compile(
    rf"({'|'.join(sorted((name for name, count in FUNCTIONS.items() if count == (1, 1)), key=len, reverse=True))}|ln)([xyz])"
    r"|sqrt([0-9]+)"
)

_NUMBERED_LETTER = re.compile(r"[A-Za-z]_?[0-9]+")
_NUMBERED_LETTERS = re.compile(rf"(?:{_NUMBERED_LETTER.pattern}){{2,}}")

_INSTEAD = {
    **dict.fromkeys(("clip", "clamp"), "max(-1, min(x, 1))"),
    **dict.fromkeys(("heaviside", "step", "unitstep"), "where(x < 0, 0, 1)"),
    **dict.fromkeys(("factorial", "fact"), "prod(i, i, 1, 5)"),
    "fmod": "x - 2*sign(x/2)*floor(abs(x/2)); mod(x, 2) differs from it where x is negative",
    "sigma": "sigmoid(x), or sigma*(x) for a product",
    "remainder": "mod(x, 2), as NumPy's, or x - 2*round(x/2), as that of Python's math",
}
"""What to write in place of a function."""

_FORMS = {"piecewise": " (an odd number)"} | {name: f": {name}(i*x, i, 1, 5)" for name in SERIES}
_FORMS_JA = {"piecewise": "(奇数個)"} | {name: f": {name}(i*x, i, 1, 5)" for name in SERIES}
"""What is said besides of calls with a wrong number of arguments."""

_ELSEWHERE = frozenset(
    "acot acoth acsc acsch arccot arccsc arcsec asec asech celu cross digamma elu erfcinv erfinv fix gammaln gelu hardtanh lgamma "
    "log_softmax logaddexp loggamma logit logsigmoid logsumexp median mish mode nint real relu6 selu sinc "
    "softmax softmin softsign sort sqr std tanhshrink trunc".split()
)
"""Functions of mathematics and of libraries that formulas do not have: no other one is meant."""


def check(tree: Node, names: frozenset[str]) -> None:
    """Raise FormulaError unless all of the formula's names are among `names`, and its calls and conditions right."""
    _check(tree, names, condition=False)


def _check(node: Node, names: frozenset[str], condition: bool) -> None:
    if (node.kind in ("compare", *WORDS)) != condition:
        if condition:
            raise node.error(
                "a condition is missing here, such as x < 1", "ここには x < 1 のような条件が必要である"
            )
        raise node.error(
            "a comparison can stand only as a condition of where(...) or piecewise(...)",
            "比較は where(...) と piecewise(...) の条件としてのみ使える",
        )
    if node.kind == "name" and node.text not in names and node.text not in CONSTANTS:
        raise unknown_name(node, (*names, *CONSTANTS))
    if node.kind == "call":
        _check_call(node, names)
    else:
        for part in node.parts:
            _check(part, names, condition=node.kind in WORDS)


def _check_call(node: Node, names: frozenset[str]) -> None:
    if node.text in names and node.text not in FUNCTIONS:
        raise node.error(
            f"'{node.text}' is not a function; for a product write {node.text}*(...)",
            f"'{node.text}' は関数ではない。掛け算は {node.text}*(...) と書く",
        )
    if node.text not in FUNCTIONS:
        raise _unknown(node, FUNCTIONS, "function", "関数")
    least, most = FUNCTIONS[node.text]
    count = len(node.parts)
    if not least <= count <= most or (node.text == "piecewise" and count % 2 == 0):
        wanted = str(least) if least == most else f"{least}-{most}"
        raise node.error(
            f"{node.text} takes {wanted} argument{'' if wanted == '1' else 's'}, not {count}{_FORMS.get(node.text, '')}",
            f"{node.text} の引数は{wanted}個で、{count}個ではない{_FORMS_JA.get(node.text, '')}",
        )
    if node.text in SERIES:
        term, index, low, high = node.parts
        if index.kind != "name" or index.text in names or index.text in RESERVED:
            raise index.error(
                f"the second argument of {node.text} is a new name, as in {node.text}(i*x, i, 1, 5)",
                f"{node.text} の2番目の引数は {node.text}(i*x, i, 1, 5) のような新しい名前である",
            )
        _check(term, names | {index.text}, condition=False)
        _check(low, names, condition=False)
        _check(high, names, condition=False)
        return
    for place, part in enumerate(node.parts):
        chooses = node.text in ("where", "piecewise") and place % 2 == 0 and place < count - 1
        _check(part, names, condition=chooses)


def unknown_name(node: Node, known: Iterable[str]) -> FormulaError:
    """Return the error that a name is unknown; of one like `xy` or `sinx` it says what it may be as well."""
    names = tuple(known)
    found = argument_within(node.text)
    if found is not None:
        function, argument = found
        call = f"{function}({argument})"
        return node.error(
            f"no name is called '{node.text}'; for the function write {call}",
            f"'{node.text}' という名前はない。関数なら {call} と書く",
        )
    if may_be_product(node.text) or (
        len(node.text) > 1 and all(letter in (*names, "x", "y") for letter in node.text)
    ):
        return ambiguous_name(node)
    return _unknown(node, names, "name", "名前")


def argument_within(name: str) -> tuple[str, str] | None:
    """Return the function and the argument that a name may be when written as one word, such as `sinx`, or `sqrt2`."""
    match = _ONE_WORD.fullmatch(name)
    return None if match is None or name in FUNCTIONS else (match[1] or "sqrt", match[2] or match[3])


def may_be_product(name: str) -> bool:
    """Whether a name may as well be numbered letters side by side, such as `x_1x_2`."""
    return _NUMBERED_LETTERS.fullmatch(name) is not None


def ambiguous_name(node: Node) -> FormulaError:
    """Return the error that a name such as `xy` or `x_1x_2` can mean a product or one name."""
    product = "*".join(_NUMBERED_LETTER.findall(node.text) if may_be_product(node.text) else node.text)
    return node.error(
        f"'{node.text}' can mean the product {product} or a parameter called {node.text}; write {product}, "
        f"or define the parameter {node.text}",
        f"'{node.text}' は積 {product} とも、パラメータ {node.text} とも読める。{product} と書くか、"
        f"パラメータ {node.text} を定める",
    )


def _unknown(node: Node, known: Iterable[str], kind: str, kind_ja: str) -> FormulaError:
    names = sorted(known)
    if kind == "function" and node.text.lower() in _INSTEAD:
        instead = _INSTEAD[node.text.lower()]
        return node.error(
            f"no function is called '{node.text}'; write for example {instead}",
            f"'{node.text}' という関数はない。例えば {instead} と書く",
        )
    elsewhere = kind == "function" and node.text.lower() in _ELSEWHERE
    other_case = (name for name in names if name.lower() == node.text.lower())
    close = difflib.get_close_matches(node.text, names, 1, _NEAR)
    near = None if elsewhere else next(iter((*other_case, *close)), None)
    hint = f"; did you mean '{near}'?" if near else f"; known: {', '.join(names)}"
    hint_ja = f"。'{near}' のことか" if near else f"。使えるもの: {', '.join(names)}"
    error = node.error(
        f"no {kind} is called '{node.text}'{hint}", f"'{node.text}' という{kind_ja}はない{hint_ja}"
    )
    return FormulaError(error.message, node.start, min(len(node.text), node.end - node.start))
