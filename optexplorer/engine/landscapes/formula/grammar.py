"""The grammar of formulas: text to a checked tree, with errors that say where and what would be right.

The text is never evaluated as Python. A formula is read by recursive descent:

    or-expression   conditions joined by `or`, `and`, `not`; comparisons      (only inside where/piecewise)
    sum             terms with + and -
    product         factors with * and /
    power           base ^ exponent, to the right; `**` means the same
    atom            number, name, function(arguments), (expression)

`sum(term, i, a, b)` adds up `term` for i = a, ..., b; `where(condition, a, b)` chooses;
`piecewise(condition, value, condition, value, ..., otherwise)` chooses among several.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from optexplorer.catalogue import nearest
from optexplorer.text import Text

if TYPE_CHECKING:
    import sympy

MAX_LENGTH = 2000
MAX_DEPTH = 30

FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        "sin cos tan asin acos atan sinh cosh tanh exp log ln log10 log2 sqrt cbrt "
        "abs sign floor ceil round sigmoid relu".split(),
        (1, 1),
    ),
    "atan2": (2, 2),
    "mod": (2, 2),
    "hypot": (2, 16),
    "min": (2, 16),
    "max": (2, 16),
    "where": (3, 3),
    "piecewise": (3, 41),
    "sum": (4, 4),
}
"""The functions of the grammar with the least and the greatest number of their arguments."""

CONSTANTS = ("pi", "e")
_WORDS = ("and", "or", "not")
RESERVED = frozenset((*FUNCTIONS, *CONSTANTS, *_WORDS))
"""Names that no variable, parameter or summation index may have."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|<=|>=|==|!=|[-+*/^(),<>])"
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

_INSTEAD = {
    "=": "==", "%": "mod(a, b)", "&": "and", "|": "abs(x)", "!": "not", "[": "(", "]": ")", "{": "(", "}": ")",
    "×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "ー": "-", "√": "sqrt(x)", "π": "pi",
    "²": "^2", "³": "^3", "≤": "<=", "≥": ">=", "≠": "!=", "∑": "sum(...)", "Σ": "sum(...)", "、": ",",
}  # fmt: skip


class FormulaError(ValueError):
    """A formula that is refused: why, and which characters of the text are meant."""

    def __init__(self, message: Text, offset: int = 0, length: int = 1) -> None:
        super().__init__(message, offset, length)
        self.message = message
        self.offset = offset
        self.length = max(length, 1)

    def __str__(self) -> str:
        return f"{self.message.en} (at character {self.offset + 1})"


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula: what it is, where it stands in the text, and its parts.

    `kind` and `text`: "number" and "name" (as written), "sum" (one sign, + or -, per part), "product" (one * or /
    per part), "power" (base, exponent), "call" (the function), "compare" (operators, separated by spaces),
    "and", "or", "not".
    """

    kind: str
    text: str
    parts: tuple[Node, ...]
    start: int
    end: int

    def error(self, en: str, ja: str) -> FormulaError:
        """Return the error that this piece of the formula is wrong."""
        return FormulaError(Text(en, ja), self.start, self.end - self.start)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def parse(text: str, variables: Iterable[str], parameters: Iterable[str] = ()) -> sympy.Expr:
    """Return the formula as a SymPy expression in symbols named as the variables and parameters.

    Raises
    ------
    FormulaError
        If the text is no formula of this grammar, is too large, or has no real value (such as 1/0).
    """
    from optexplorer.engine.landscapes.formula import symbolic

    return symbolic.expression(parse_tree(text, variables, parameters))


def parse_tree(text: str, variables: Iterable[str], parameters: Iterable[str] = ()) -> Node:
    """Return the formula as a tree in which every name and every number of arguments is right.

    Raises
    ------
    FormulaError
        If the text is no formula of this grammar.
    """
    tree = read_tree(text)
    _check(tree, frozenset((*variables, *parameters)), condition=False)
    return tree


def read_tree(text: str) -> Node:
    """Return the formula as a tree whose names may still be any.

    Raises
    ------
    FormulaError
        If the text is too long, or does not follow the grammar.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            Text(
                f"the formula has {len(text)} characters; at most {MAX_LENGTH} are allowed",
                f"数式が{len(text)}文字ある。{MAX_LENGTH}文字以内にする",
            ),
            MAX_LENGTH,
            len(text) - MAX_LENGTH,
        )
    return _Parser(text).whole()


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            _refuse_character(text[position], position)
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match.group(), position)
        position = match.end()
    yield _Token("end", "", len(text))


def _refuse_character(character: str, position: int) -> NoReturn:
    plain = unicodedata.normalize("NFKC", character)
    instead = _INSTEAD.get(character) or (
        plain if plain != character and plain.isascii() and plain.strip() else None
    )
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    shown = f"'{character}' ({name})" if character.isprintable() else name
    raise FormulaError(
        Text(
            f"the character {shown} has no meaning here" + (f"; write {instead}" if instead else ""),
            f"文字 {shown} はここでは使えない" + (f"。{instead} と書く" if instead else ""),
        ),
        position,
    )


class _Parser:
    """Recursive descent over the tokens; each method reads one level of the grammar."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def take(self, *texts: str) -> _Token | None:
        """Return the next token and step over it if it is one of `texts`, otherwise None."""
        token = self.token
        if token.kind == "end" or token.text not in texts:
            return None
        self.position += 1
        return token

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise FormulaError(
                Text("the formula is empty; write for example x^2", "数式が空である。例えば x^2 と書く")
            )
        node = self.disjunction()
        if self.token.kind != "end":
            self.refuse_after_operand(")")
        return node

    def refuse_after_operand(self, closing: str) -> NoReturn:
        token = self.token
        if token.kind == "end":
            raise FormulaError(
                Text(f"'{closing}' is missing", f"'{closing}' が足りない"), max(token.start - 1, 0)
            )
        if token.text == ")":
            self.refuse("there is no '(' for this ')'", "この ')' に対応する '(' がない")
        if token.text == ",":
            self.refuse(
                "a comma belongs between the arguments of a function", "コンマは関数の引数の間でのみ使える"
            )
        self.refuse(
            f"an operator is missing before '{token.text}'; for a product write *",
            f"'{token.text}' の前に演算子がない。掛け算は * と書く",
        )

    def refuse(self, en: str, ja: str) -> NoReturn:
        raise FormulaError(Text(en, ja), self.token.start, len(self.token.text))

    def disjunction(self) -> Node:
        return self.joined("or", lambda: self.joined("and", self.negation))

    def joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Node(word, word, tuple(parts), parts[0].start, parts[-1].end)

    def negation(self) -> Node:
        token = self.take("not")
        if token is None:
            return self.comparison()
        self.descend()
        part = self.negation()
        self.depth -= 1
        return Node("not", "not", (part,), token.start, part.end)

    def comparison(self) -> Node:
        parts, operators = [self.sum()], []
        while token := self.take(*_COMPARISONS):
            operators.append(token.text)
            parts.append(self.sum())
        if not operators:
            return parts[0]
        return Node("compare", " ".join(operators), tuple(parts), parts[0].start, parts[-1].end)

    def sum(self) -> Node:
        start = self.token.start
        sign = self.take("+", "-")
        signs, parts = [sign.text if sign else "+"], [self.product()]
        while sign := self.take("+", "-"):
            signs.append(sign.text)
            parts.append(self.product())
        if signs == ["+"]:
            return parts[0]
        return Node("sum", "".join(signs), tuple(parts), start, parts[-1].end)

    def product(self) -> Node:
        operators, parts = ["*"], [self.signed()]
        while token := self.take("*", "/"):
            operators.append(token.text)
            parts.append(self.signed())
        if len(parts) == 1:
            return parts[0]
        return Node("product", "".join(operators), tuple(parts), parts[0].start, parts[-1].end)

    def signed(self) -> Node:
        sign = self.take("+", "-")
        if sign is None:
            return self.power()
        self.descend()
        part = self.signed()
        self.depth -= 1
        return part if sign.text == "+" else Node("sum", "-", (part,), sign.start, part.end)

    def power(self) -> Node:
        base = self.atom()
        if not self.take("^", "**"):
            return base
        self.descend()
        exponent = self.signed()
        self.depth -= 1
        return Node("power", "^", (base, exponent), base.start, exponent.end)

    def atom(self) -> Node:
        token = self.token
        if token.kind == "end":
            raise FormulaError(
                Text(
                    "the formula ends too early; a number, a name or '(' is missing",
                    "数式が途中で終わっている",
                ),
                max(token.start - 1, 0),
            )
        if (token.kind == "operator" and token.text != "(") or token.text in _WORDS:
            self.refuse(
                f"a number, a name or '(' is missing before '{token.text}'",
                f"'{token.text}' の前に数、変数または '(' がない",
            )
        self.position += 1
        if token.text == "(":
            return self.closed()
        if token.kind == "name" and self.token.text == "(":
            return self.call(token)
        return Node(token.kind, token.text, (), token.start, token.end)

    def closed(self) -> Node:
        self.descend()
        node = self.disjunction()
        if self.take(")") is None:
            self.refuse_after_operand(")")
        self.depth -= 1
        return node

    def call(self, name: _Token) -> Node:
        self.position += 1
        self.descend()
        arguments = [self.disjunction()]
        while self.take(","):
            arguments.append(self.disjunction())
        closing = self.take(")")
        if closing is None:
            self.refuse_after_operand(")")
        self.depth -= 1
        return Node("call", name.text, tuple(arguments), name.start, closing.end)

    def descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(
                f"the formula is nested too deeply; at most {MAX_DEPTH} levels are allowed",
                f"入れ子が深すぎる。{MAX_DEPTH}段以内にする",
            )


def _check(node: Node, names: frozenset[str], condition: bool) -> None:
    """Raise FormulaError unless all names are known, calls complete, and conditions where they belong."""
    if (node.kind in ("compare", *_WORDS)) != condition:
        if condition:
            raise node.error(
                "a condition is missing here, such as x < 1", "ここには x < 1 のような条件が必要である"
            )
        raise node.error(
            "a comparison can stand only as a condition of where(...) or piecewise(...)",
            "比較は where(...) と piecewise(...) の条件としてのみ使える",
        )
    if node.kind == "name" and node.text not in names and node.text not in CONSTANTS:
        raise _unknown(node, (*names, *CONSTANTS), "name", "名前")
    if node.kind == "call":
        _check_call(node, names)
    else:
        for part in node.parts:
            _check(part, names, condition=node.kind in _WORDS)


def _check_call(node: Node, names: frozenset[str]) -> None:
    if node.text in names:
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
            f"{node.text} takes {wanted} arguments, not {count}"
            + (" (an odd number)" if node.text == "piecewise" else ""),
            f"{node.text} の引数は{wanted}個で、{count}個ではない"
            + ("(奇数個)" if node.text == "piecewise" else ""),
        )
    if node.text == "sum":
        term, index, low, high = node.parts
        if index.kind != "name" or index.text in names or index.text in RESERVED:
            raise index.error(
                "the second argument of sum is a new name, as in sum(i*x, i, 1, 5)",
                "sum の2番目の引数は sum(i*x, i, 1, 5) のような新しい名前である",
            )
        _check(term, names | {index.text}, condition=False)
        _check(low, names, condition=False)
        _check(high, names, condition=False)
        return
    for place, part in enumerate(node.parts):
        chooses = node.text in ("where", "piecewise") and place % 2 == 0 and place < count - 1
        _check(part, names, condition=chooses)


def _unknown(node: Node, known: Iterable[str], kind: str, kind_ja: str) -> FormulaError:
    names = sorted(known)
    near = nearest(node.text, names)
    hint = f"; did you mean '{near}'?" if near else f"; known: {', '.join(names)}"
    hint_ja = f"。'{near}' のことか" if near else f"。使えるもの: {', '.join(names)}"
    length = len(node.text)
    return FormulaError(
        Text(f"no {kind} is called '{node.text}'{hint}", f"'{node.text}' という{kind_ja}はない{hint_ja}"),
        node.start,
        length,
    )
