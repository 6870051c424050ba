"""A formula's tree in LaTeX, as the user wrote it: nothing is multiplied out or put in another order."""

from __future__ import annotations

from dataclasses import replace

from optexplorer.engine.landscapes.formula.function_names import GREEK
from optexplorer.engine.landscapes.formula.syntax import SERIES, Node

_LETTERS = (GREEK - {"iota", "upsilon"}) | frozenset("Gamma Delta Theta Lambda Xi Phi Psi Omega".split())
"""Names that are set as one Greek letter."""
_NAMED = {
    "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan",
    "sinh": r"\sinh", "cosh": r"\cosh", "tanh": r"\tanh", "log": r"\ln", "ln": r"\ln", "log10": r"\log_{10}",
    "log2": r"\log_{2}", "min": r"\min", "max": r"\max", "sigmoid": r"\sigma", "atan2": r"\mathrm{atan2}",
    "sign": r"\operatorname{sign}", "round": r"\operatorname{round}", "relu": r"\operatorname{ReLU}",
    "exp": r"\exp", "softplus": r"\operatorname{softplus}", "erf": r"\operatorname{erf}", "erfc": r"\operatorname{erfc}",
    "asinh": r"\operatorname{arsinh}", "acosh": r"\operatorname{arcosh}", "atanh": r"\operatorname{artanh}", "log1p": r"\ln",
}  # fmt: skip
_FENCED = {"abs": ("|", "|"), "floor": (r"\lfloor ", r"\rfloor "), "ceil": (r"\lceil ", r"\rceil ")}
_POWERED = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
_COMPARISONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_WORDS = {"and": r" \text{ and } ", "or": r" \text{ or } "}

MOST_LEVELS = 10
MOST_WORK = 5000
"""Setting mathematics costs twice the time for each level of nesting: beyond these, parts become an ellipsis."""


def readable_latex(node: Node) -> str:
    """Return the LaTeX of a formula's tree, with what is nested too deeply to be read as an ellipsis."""
    for levels in range(MOST_LEVELS, 0, -1):
        shown = _cut(node, levels)
        if _work(shown) <= MOST_WORK:
            break
    return latex(shown)


def _cut(node: Node, levels: int) -> Node:
    """Return the tree with an ellipsis in place of what lies deeper than `levels`."""
    if not node.parts:
        return node
    below = levels - _levels(node)
    if below < 0:
        return replace(_ELLIPSIS, start=node.start, end=node.end)
    return replace(node, parts=tuple(_cut(part, below) for part in node.parts))


def _work(node: Node) -> int:
    """Return how costly the tree is to set as mathematics; 5000 take about a second."""
    inside = sum(map(_work, node.parts))
    return 1 + (inside << _levels(node))


def _levels(node: Node) -> int:
    """Return how many brackets, fractions, roots or powers the LaTeX of this node puts around its parts."""
    if node.kind == "call" and node.text in SERIES:
        return int(node.parts[0].kind == "sum")
    if node.kind == "call":
        return 2 if node.text in ("where", "piecewise", "hypot", "mod") else 1
    fraction = node.kind == "product" and "/" in node.text
    brackets = node.kind == "product" and any(part.kind == "sum" for part in node.parts)
    return int(fraction) + int(brackets) + (node.kind in ("power", "not"))


def latex(node: Node) -> str:
    """Return the LaTeX of a formula's tree."""
    text: str = _WRITERS[node.kind](node)
    return text


def _number(node: Node) -> str:
    mantissa, _, exponent = node.text.lower().partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa in ("1", "1.", "1.0") else rf"{mantissa} \cdot {power}"


def _is_scientific(node: Node) -> bool:
    """Whether the LaTeX of a number is itself a product or a power."""
    return node.kind == "number" and "e" in node.text.lower()


def _name(node: Node) -> str:
    if node.text == "pi":
        return r"\pi"
    if node.text == _ELLIPSIS.text:
        return r"\cdots"
    stem = node.text.rstrip("0123456789")
    index = node.text[len(stem) :]
    stem, _, subscript = stem.partition("_")
    letter = rf"\{stem}" if stem in _LETTERS else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    below = subscript.replace("_", " ") + index
    if len(subscript) > 1 and subscript.isalpha():
        below = rf"\mathrm{{{subscript}}}{index}"
    return f"{letter}_{{{below}}}" if below else letter


def _sum(node: Node) -> str:
    text = ""
    for sign, part in zip(node.text, node.parts, strict=True):
        term = fenced(part) if part.kind == "sum" else latex(part)
        text += f" {sign} {term}" if text else term if sign == "+" else f"-{term}"
    return text


def _product(node: Node) -> str:
    text = _factor(node.parts[0], last=False)
    bare = True  # whether the text so far is one factor, whose brackets a fraction makes needless
    for place, (operator, part) in enumerate(zip(node.text[1:], node.parts[1:], strict=True), start=2):
        if operator == "/":
            text = rf"\frac{{{latex(node.parts[0]) if bare else text}}}{{{latex(part)}}}"
        else:
            factor = _factor(part, last=place == len(node.parts))
            dot = factor[0] in ".0123456789" or _is_word(node.parts[place - 2]) or _is_word(part)
            text += rf" \cdot {factor}" if dot else f" {factor}"
        bare = False
    return text


def _is_word(part: Node) -> bool:
    """Whether a factor is a name of several letters, which would run into the next one, or a power of one."""
    base = part.parts[0] if part.kind == "power" else part
    return base.kind == "name" and _name(base).startswith(r"\mathrm")


def _factor(part: Node, last: bool) -> str:
    open_ended = part.kind == "call" and part.text in SERIES and not last
    return fenced(part) if part.kind == "sum" or open_ended else latex(part)


def _power(node: Node) -> str:
    base, exponent = node.parts
    above = latex(exponent)
    if base.kind == "call" and base.text in _POWERED and exponent.kind != "sum":
        return f"{_NAMED[base.text]}^{{{above}}}{fenced(base.parts[0])}"
    plain = base.kind in ("number", "name") and not _is_scientific(base)
    simple = plain or (base.kind == "call" and base.text in _FENCED)
    return f"{latex(base) if simple else fenced(base)}^{{{above}}}"


def _call(node: Node) -> str:
    name, parts = node.text, node.parts
    if name in _FENCED:
        return fenced(parts[0], *_FENCED[name])
    if name == "exp" and not _tall(parts[0]):
        return f"e^{{{latex(parts[0])}}}"
    if name == "sqrt":
        return rf"\sqrt{{{latex(parts[0])}}}"
    if name == "cbrt":
        return rf"\sqrt[3]{{{latex(parts[0])}}}"
    if name == "log1p":
        parts = (Node("sum", "++", (_ONE, parts[0]), 0, 0),)
    if name == "expm1":
        return fenced(Node("sum", "+-", (Node("call", "exp", parts, 0, 0), _ONE), 0, 0))
    if name == "hypot":
        squares = " + ".join(_power(Node("power", "^", (part, _TWO), 0, 0)) for part in parts)
        return rf"\sqrt{{{squares}}}"
    if name == "mod":
        a, b = (latex(part) if part.kind in ("number", "name") else fenced(part) for part in parts)
        return rf"\left({a} \, \operatorname{{mod}} \, {b}\right)"
    if name in SERIES:
        term, index, low, high = parts
        inner = fenced(term) if term.kind == "sum" else latex(term)
        return rf"\{name}_{{{latex(index)}={latex(low)}}}^{{{latex(high)}}} {inner}"
    if name in ("where", "piecewise"):
        return _cases(parts)
    return rf"{_NAMED[name]}\left({', '.join(latex(part) for part in parts)}\right)"


def _cases(parts: tuple[Node, ...]) -> str:
    conditions, values = (parts[0:-1:2], parts[1::2]) if len(parts) > 3 else (parts[:1], parts[1:2])
    rows = [
        rf"{latex(value)} & \quad {latex(condition)}"
        for condition, value in zip(conditions, values, strict=True)
    ]
    rows.append(rf"{latex(parts[-1])} & \quad \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _compare(node: Node) -> str:
    text = latex(node.parts[0])
    for operator, part in zip(node.text.split(), node.parts[1:], strict=True):
        text += f" {_COMPARISONS[operator]} {latex(part)}"
    return text


def _joined(node: Node) -> str:
    return _WORDS[node.kind].join(
        fenced(part) if part.kind in ("and", "or") else latex(part) for part in node.parts
    )


def _not(node: Node) -> str:
    return rf"\text{{not }} {fenced(node.parts[0])}"


def fenced(node: Node, left: str = "(", right: str = ")") -> str:
    """Return the LaTeX between brackets that grow with it."""
    return rf"\left{left}{latex(node)}\right{right}"


def _tall(node: Node) -> bool:
    """Whether the LaTeX would be hard to read as an exponent."""
    tall = node.kind == "call" and node.text in ("sum", "exp", "where", "piecewise", "sqrt", "abs")
    return tall or (node.kind == "product" and "/" in node.text) or any(_tall(part) for part in node.parts)


_ONE = Node("number", "1", (), 0, 0)
_TWO = Node("number", "2", (), 0, 0)
_ELLIPSIS = Node("name", "…", (), 0, 0)
_WRITERS = {
    "number": _number, "name": _name, "sum": _sum, "product": _product, "power": _power, "call": _call,
    "compare": _compare, "and": _joined, "or": _joined, "not": _not,
}  # fmt: skip
