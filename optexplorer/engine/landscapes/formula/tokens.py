"""The tokenizer of formulas: numbers, names and operators, in plain text, Unicode and LaTeX.

Characters that mean the same become one: full-width letters and digits, `×` and `·`, the several dashes, Greek letters,
raised digits, and the commands of LaTeX. Module names as in `np.sin` are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from optexplorer.engine.landscapes.formula.function_names import canonical, is_function
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.text import Text

_GREEK = {letter: unicodedata.name(letter).split()[-1].lower() for letter in "αβγδεζηθικμνξρστυφχψω"} | {
    "λ": "lambda",
    "π": "pi",
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
}
_GREEK |= {
    letter: unicodedata.name(letter).split()[-1].capitalize() for letter in "ΓΔΘΞΦΨΩ"
} | {"Λ": "Lambda"}  # fmt: skip

_SAME = {
    **dict.fromkeys("×·⋅∙•∗✕・", "*"),
    **dict.fromkeys("−‐‑‒–—―ー", "-"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("ˆ", "^"),
    **dict.fromkeys("∣│ǀ", "|"),
    "、": ",",
    "$": " ",
}
"""Characters that mean another one."""

_COMMANDS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=",
    "neq": "!=", "lt": "<", "gt": ">", "lvert": "|", "rvert": "|", "vert": "|", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "{": "(", "}": ")", "|": "|", "lVert": "|", "rVert": "|", "Vert": "|",
    "frac": "frac", "dfrac": "frac", "tfrac": "frac", "sqrt": "√",
}  # fmt: skip
_SPACES = (
    *"left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr quad qquad displaystyle limits".split(),
    *",;:! ()[]",
)
"""Commands of LaTeX that say how a formula looks and not what it means."""
_OPERATORS = {"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">=", "≠": "!=", ":=": "="}
_SERIES = {"sum": "sum(term, i, 1, 5)", "prod": "prod(term, i, 1, 5)"}
_INSTEAD_OF_COMMANDS = _SERIES | {
    **dict.fromkeys(
        ("hat", "vec", "bar", "tilde", "dot", "mathbf", "boldsymbol", "bm"), "the letter alone, such as x"
    ),
    "begin": "piecewise(x < 0, -x, x)",
}

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_TOKEN = re.compile(
    r"(?P<space>\s+|(?:np|numpy|math|Math|cmath|torch|jax|jnp|tf|keras|scipy|special|sympy|sp|mpmath|mp|nn|F)\."
    r"(?:(?:nn|functional|numpy|ops|math|special|linalg)\.)*(?=[A-Za-z])|\.(?=[*/^]))"
    r"|(?P<number>(?:[0-9](?:_?[0-9])*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<fraction>[¼½¾⅓⅔⅛⅜⅝⅞])"
    r"|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|\\(?:operatorname|mathrm|text)\{(?P<upright>[A-Za-z][A-Za-z0-9]*)\}"
    r"|(?P<cube>\\sqrt\[3\])"
    r"|\\log_(?:(?P<base>2)|\{(?P<braced>2|10)\})"
    r"|\\[dt]?frac(?P<short>(?:\s*[0-9]|\s+[A-Za-z])\s*[0-9A-Za-z])"
    rf"|\\(?:var)?(?P<numbered>(?:{'|'.join(_GREEK.values())})(?:_[0-9](?![0-9])|_[A-Za-z](?![A-Za-z0-9])|_\{{[A-Za-z0-9]+\}}))"
    r"|\\(?P<command>[A-Za-z]+|[,;:! ()\[\]{}|])"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*(?:(?<=_)\{[A-Za-z0-9]+\})?)"
    rf"|(?P<greek>[{''.join(_GREEK)}](?:_?[0-9]+|_\{{[A-Za-z0-9]+\}})?)"
    r"|(?P<operator>\*\*|<=|>=|==|!=|:=|[-+*/^(),<>=|{}√∛⌊⌋⌈⌉≤≥≦≧≠])"
)

_INSTEAD = {
    "%": "mod(a, b)", "&": "and", "_": "x_1, or x_{12} in LaTeX; log(x, 3) for a base",
    "!": "not before a condition, prod(i, i, 1, 5) for a factorial",
    "[": "( for a bracket, x_1 for an entry of a vector", "]": ")", "∑": "sum(term, i, 1, 5)", "Σ": "sum(term, i, 1, 5)",
    "。": "nothing at the end", ";": "nothing at the end",
    "∏": "prod(term, i, 1, 5)", "Π": "prod(term, i, 1, 5)", "∥": "hypot(x, y)", "‖": "hypot(x, y)",
}  # fmt: skip


def one_name(text: str) -> str | None:
    """Return the name that a text is in formulas, such as `lambda` of `λ`; None if it is none."""
    try:
        found = list(tokens(text))
    except FormulaError:
        return None
    return found[0].text if [token.kind for token in found] == ["name", "end"] else None


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a formula: its kind ("number", "raised", "name", "operator" or "end"), and where it stands in the text."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of the text, and at last one of kind "end".

    Raises
    ------
    FormulaError
        If a character has no meaning in formulas.
    """
    plain = "".join(map(_plain, text))
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            _refuse_character(text[position], position)
        kind, word = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "command":
            kind, word = _command(word, position)
        elif kind == "fraction":
            kind, word = "number", repr(unicodedata.numeric(word))
        elif kind == "cube":
            kind, word = "operator", "∛"
        elif kind == "raised":
            word = word.translate(_RAISED)
        elif kind == "operator":
            word = _OPERATORS.get(word, word)
        elif kind == "greek":
            kind, word = "name", _GREEK[word[0]] + word[1:]
        elif kind in ("base", "braced"):
            kind, word = "name", f"log{word}"
        elif kind == "short":
            yield from _short_fraction(word.replace(" ", ""), position, match.end())
            kind = "space"
        if kind in ("name", "numbered", "upright"):
            kind, word = "name", word.replace("{", "").replace("}", "")
        if kind != "space":
            yield Token(kind, word, position, match.end())
        position = match.end()
    yield Token("end", "", len(text), len(text))


def _short_fraction(parts: str, start: int, end: int) -> Iterator[Token]:
    r"""Yield the words of a fraction of two characters without braces, as in `\frac12`."""
    yield Token("operator", "frac", start, end)
    for part in parts:
        yield Token("operator", "{", start, end)
        yield Token("number" if part.isdecimal() else "name", part, start, end)
        yield Token("operator", "}", start, end)


def _is_superscript(character: str) -> bool:
    return unicodedata.decomposition(character).startswith("<super>")


def _plain(character: str) -> str:
    """Return the one character that means the same."""
    if character in _SAME:
        return _SAME[character]
    if (
        character.isascii()
        or character in _GREEK
        or character in "¼½¾⅓⅔⅛⅜⅝⅞"
        or character.translate(_RAISED) != character
    ):
        return character
    if _is_superscript(character):
        # The letter that it is made of would be a factor.
        return character
    normal = unicodedata.normalize("NFKC", character)
    return _SAME.get(normal, normal) if len(normal) == 1 else character


def _command(name: str, position: int) -> tuple[str, str]:
    """Return kind and text of the word that a command of LaTeX stands for."""
    if name in _SPACES:
        return "space", ""
    if name in _COMMANDS:
        return "operator", _COMMANDS[name]
    short = name.removeprefix("var")
    if short in _GREEK.values():
        return "name", short
    if is_function(name) and name not in _SERIES:
        return "name", str(canonical(name, called=True))
    instead = _INSTEAD_OF_COMMANDS.get(name)
    raise FormulaError(
        Text(
            f"the command \\{name} is not understood here" + (f"; write {instead}" if instead else ""),
            f"コマンド \\{name} はここでは使えない" + (f"。{instead} と書く" if instead else ""),
        ),
        position,
        len(name) + 1,
    )


def _refuse_character(character: str, position: int) -> NoReturn:
    instead = _INSTEAD.get(character)
    if _is_superscript(character):
        instead = f"^{unicodedata.normalize('NFKC', character)} for a power"
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    shown = f"'{character}' ({name})" if character.isprintable() else name
    raise FormulaError(
        Text(
            f"the character {shown} has no meaning here" + (f"; write {instead}" if instead else ""),
            f"文字 {shown} はここでは使えない" + (f"。{instead} と書く" if instead else ""),
        ),
        position,
    )
