r"""The grammar of formulas: text to a checked tree, with errors that say where and what would be right.

The text is never evaluated as Python. A formula is read by recursive descent:

    or-expression   conditions joined by `or`, `and`, `not`; comparisons      (only inside where/piecewise)
    sum             terms with + and -
    product         factors with * and /, or side by side: `2x`, `2(x + 1)`
    power           base ^ exponent, to the right; `**` and raised digits mean the same
    atom            number, name, function(arguments), (expression), |expression|, √atom, \frac{a}{b}

`sum(term, i, a, b)` adds up `term` for i = a, ..., b, and `prod` multiplies; `where(condition, a, b)` chooses;
`piecewise(condition, value, condition, value, ..., otherwise)` chooses among several. `f(x, y) =` may stand in front.
What can be read in two ways is refused, and both are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from optexplorer.engine.landscapes.formula.function_names import canonical, is_factor, made_of
from optexplorer.engine.landscapes.formula.name_checks import check
from optexplorer.engine.landscapes.formula.syntax import COMPARISONS, FUNCTIONS, WORDS, FormulaError, Node
from optexplorer.engine.landscapes.formula.token_cursor import TokenCursor
from optexplorer.engine.landscapes.formula.tokens import Token
from optexplorer.text import Text

MAX_LENGTH = 2000

_FENCES = {"|": ("|", "abs"), "⌊": ("⌋", "floor"), "⌈": ("⌉", "ceil")}
_ROOTS = {"√": "sqrt", "∛": "cbrt"}
_STATEMENTS = {
    **dict.fromkeys(("if", "else"), "where(x > 0, x^2, y)"),
    "for": "sum(i*x, i, 1, 5)",
    **dict.fromkeys(("return", "def", "import"), "only what is computed, such as x^2 + y^2"),
}
"""What to write in place of the words of a program."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed text: the formula's tree, and the left side of the equation, if any."""

    tree: Node
    arguments: tuple[str, ...] = ()
    """The names in brackets, as in `f(x, y) = ...`."""
    left: Token | None = None
    """The name before the equals sign or the bracket."""


def parse_tree(text: str, variables: Iterable[str], parameters: Iterable[str] = ()) -> Node:
    """Return the formula as a tree in which every name and every number of arguments is right.

    Raises
    ------
    FormulaError
        If the text is no formula of this grammar.
    """
    reading = read(text)
    names = frozenset((*variables, *parameters))
    if reading.left is not None and reading.left.text in names and not reading.arguments:
        sign = text.index("=", reading.left.end)
        raise FormulaError(
            Text(
                "an equation is no loss; write only its right-hand side (in a condition write ==)",
                "方程式は損失にならない。右辺だけを書く(条件では == と書く)",
            ),
            sign,
        )
    check(reading.tree, names)
    return reading.tree


def read(text: str) -> Reading:
    """Return what the text says; the names in it may still be any.

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


_ARGUMENTS = {
    "where": "x < 1, a, b", "piecewise": "x < 1, a, b", "sum": "i*x, i, 1, 5", "prod": "i*x, i, 1, 5",
}  # fmt: skip
"""Examples of what stands in the brackets of a function."""


class _Parser(TokenCursor):
    """Recursive descent over the tokens; each method reads one level of the grammar."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.bars = 0
        """How many | are open that the next one would close."""
        self.latex = "\\" in text

    def whole(self) -> Reading:
        arguments, left = self.left_side()
        if self.token.kind == "end":
            raise FormulaError(
                Text("the formula is empty; write for example x^2", "数式が空である。例えば x^2 と書く"),
                max(len(self.text) - 1, 0) if left else 0,
            )
        tree = self.disjunction()
        if self.token.kind != "end":
            self.refuse_after_operand(")")
        return Reading(tree, arguments, left)

    def left_side(self) -> tuple[tuple[str, ...], Token | None]:
        """Step over `f(x, y) =` or `z =` in front of the formula, and return its arguments and its name."""
        kinds = [token.text if token.kind == "operator" else token.kind for token in self.tokens]
        if "=" not in kinds or kinds[0] != "name":
            return (), None
        equals = kinds.index("=")
        if equals > 1:
            inside = kinds[2 : equals - 1]
            listed = inside[::2] == ["name"] * (len(inside) // 2 + 1) and set(inside[1::2]) <= {","}
            if (kinds[1], kinds[equals - 1]) != ("(", ")") or not listed or len(inside) % 2 == 0:
                return (), None
        self.position = equals + 1
        return tuple(token.text for token in self.tokens[2 : equals - 1 : 2]), self.tokens[0]

    def disjunction(self) -> Node:
        return self.joined("or", lambda: self.joined("and", self.negation))

    def joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.accept(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Node(word, word, tuple(parts), parts[0].start, parts[-1].end)

    def negation(self) -> Node:
        token = self.accept("not")
        if token is None:
            return self.comparison()
        self.descend()
        part = self.negation()
        self.depth -= 1
        return Node("not", "not", (part,), token.start, part.end)

    def comparison(self) -> Node:
        parts, operators = [self.sum()], []
        while token := self.accept(*COMPARISONS):
            operators.append(token.text)
            parts.append(self.sum())
        if not operators:
            return parts[0]
        return Node("compare", " ".join(operators), tuple(parts), parts[0].start, parts[-1].end)

    def sum(self) -> Node:
        start = self.token.start
        sign = self.accept("+", "-")
        signs, parts = [sign.text if sign else "+"], [self.product()]
        while sign := self.accept("+", "-"):
            signs.append(sign.text)
            parts.append(self.product())
        if signs == ["+"]:
            return parts[0]
        return Node("sum", "".join(signs), tuple(parts), start, parts[-1].end)

    def product(self) -> Node:
        operators, parts = ["*"], [self.signed()]
        while True:
            if token := self.accept("*", "/"):
                operators.append(token.text)
                parts.append(self.signed())
            elif self.at_factor() and not self.between_words(parts[-1]):
                self.check_juxtaposed(operators, parts)
                operators.append("*")
                parts.append(self.power())
            else:
                break
        if len(parts) == 1:
            return parts[0]
        return Node("product", "".join(operators), tuple(parts), parts[0].start, parts[-1].end)

    def at_factor(self) -> bool:
        """Whether the next token begins a factor of a product in which nothing stands between the factors."""
        token = self.token
        if token.kind == "name":
            return token.text not in WORDS
        if token.kind != "operator" or (token.text == "|" and self.bars):
            return False
        return token.text in ("(", "frac", *_FENCES, *_ROOTS)

    def between_words(self, last: Node) -> bool:
        """Whether two words of several letters stand side by side, which is no product but a missing operator."""
        words = last.kind == "name" and self.token.kind == "name"
        return (
            words and not is_factor(last.text) and not is_factor(self.token.text) and not self.at_function()
        )

    def at_function(self) -> bool:
        """Whether the next token is a function that needs no bracket to be one."""
        return canonical(self.token.text, called=False) is not None

    def check_juxtaposed(self, operators: list[str], parts: list[Node]) -> None:
        """Raise FormulaError if the factor that follows may as well belong to a denominator or an exponent."""
        last, factor = parts[-1], self.text[self.token.start : self.token.end]
        factor = f"{factor}...)" if factor == "(" else factor
        if operators[-1] == "/":
            above, below = self.written(parts[-2]), self.written(last)
            self.refuse_as_ambiguous(parts[-2], f"({above}/{below})*{factor}", f"{above}/({below}*{factor})")
        if last.kind != "power" or self.tokens[self.position - 1].text in (")", "}"):
            return
        base, exponent = last.parts
        bare = exponent.kind in ("number", "name") and self.tokens[self.position - 1].kind != "raised"
        if bare and (base.kind == "number" or base.text == "e"):
            under, over = self.written(base), self.written(exponent)
            self.refuse_as_ambiguous(last, f"{under}^({over}*{factor})", f"{under}^{over}*{factor}")

    def signed(self) -> Node:
        sign = self.accept("+", "-")
        if sign is None:
            return self.power()
        self.descend()
        part = self.signed()
        self.depth -= 1
        return part if sign.text == "+" else Node("sum", "-", (part,), sign.start, part.end)

    def power(self) -> Node:
        return self.raised(self.atom())

    def raised(self, base: Node) -> Node:
        exponent = self.exponent(self.signed)
        return base if exponent is None else Node("power", "^", (base, exponent), base.start, exponent.end)

    def exponent(self, after_sign: Callable[[], Node]) -> Node | None:
        """Return the exponent that follows, or None; after `^` it is read by `after_sign`."""
        token = self.token
        if token.kind == "raised":
            self.position += 1
            digits = Node("number", token.text.lstrip("+-"), (), token.start, token.end)
            return Node("sum", "-", (digits,), token.start, token.end) if token.text[0] == "-" else digits
        if not self.accept("^", "**"):
            return None
        self.descend()
        exponent = self.group() if self.token.text == "{" else after_sign()
        self.depth -= 1
        return exponent

    def signed_atom(self) -> Node:
        sign = self.accept("-")
        part = self.atom()
        return part if sign is None else Node("sum", "-", (part,), sign.start, part.end)

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
        if token.kind == "operator" and (token.text in ("(", "frac", *_FENCES, *_ROOTS) or self.at_group()):
            return self.bracketed()
        if token.text == "/" and self.text[: token.start].rstrip().endswith("/"):
            self.refuse(
                "a number, a name or '(' is missing between / and /; for the whole part of a quotient write floor(a/b)",
                "/ と / の間に数か名前か '(' が必要。商の整数部分は floor(a/b) と書く",
            )
        if token.kind in ("operator", "raised") or token.text in WORDS:
            shown = self.text[token.start : token.end]
            self.refuse(
                f"a number, a name or '(' is missing before '{shown}'",
                f"'{shown}' の前に数、変数または '(' がない",
            )
        self.position += 1
        if token.kind == "name":
            return self.named(token)
        return Node(token.kind, self.text_of_number(token), (), token.start, token.end)

    def text_of_number(self, token: Token) -> str:
        text = token.text.replace("_", "")
        if float(text) == float("inf"):
            raise FormulaError(
                Text("this number is too large", "数が大きすぎる"), token.start, token.end - token.start
            )
        return text

    def at_group(self) -> bool:
        return self.latex and self.token.text == "{"

    def bracketed(self) -> Node:
        """Read what stands in brackets, bars, a root or a fraction."""
        token = self.token
        self.position += 1
        if token.text == "(":
            return self.closed(")")
        if token.text == "{":
            self.position -= 1
            return self.group()
        if token.text in _FENCES:
            closing, function = _FENCES[token.text]
            inner = self.closed(closing)
            return Node("call", function, (inner,), token.start, self.tokens[self.position - 1].end)
        if token.text == "frac":
            above, below = self.group(), self.group()
            end = self.tokens[self.position - 1].end
            return Node("product", "*/", (above, below), token.start, end)
        return self.root(token)

    def root(self, token: Token) -> Node:
        function = _ROOTS[token.text]
        self.descend()
        inner = self.atom()
        self.depth -= 1
        last, follows = self.tokens[self.position - 1], self.token
        if last.text not in (")", "}") and (follows.kind == "raised" or follows.text in ("^", "**")):
            under = self.written(inner)
            self.refuse_as_ambiguous(token, f"{function}({under}^...)", f"{function}({under})^...")
        if last.kind == "number" and follows.kind == "name" and follows.start == last.end:
            under = self.written(inner)
            self.refuse_as_ambiguous(
                token, f"{function}({under}*{follows.text})", f"{function}({under})*{follows.text}"
            )
        return Node("call", function, (inner,), token.start, max(inner.end, last.end))

    def group(self) -> Node:
        """Read {expression}."""
        if not self.accept("{"):
            self.refuse("'{' is missing here, as in \\frac{1}{2}", "ここに '{' が足りない。例: \\frac{1}{2}")
        return self.closed("}")

    def closed(self, closing: str) -> Node:
        """Read an expression and the bracket that closes it; the opening one has been read."""
        self.descend()
        bars, self.bars = self.bars, self.bars + 1 if closing == "|" else 0
        node = self.disjunction()
        if self.accept(closing) is None:
            self.refuse_after_operand(closing)
        self.bars = bars
        self.depth -= 1
        return node

    def named(self, token: Token) -> Node:
        """Read what begins with a name: a name alone, or a function and its arguments."""
        called = self.token.text == "("
        if token.text in _STATEMENTS and not called:
            instead = _STATEMENTS[token.text]
            raise FormulaError(
                Text(
                    f"'{token.text}' has no meaning in a formula; write {instead}",
                    f"'{token.text}' は数式では使えない。{instead} と書く",
                ),
                token.start,
                len(token.text),
            )
        function = canonical(token.text, called)
        if function is None:
            return Node("name", token.text, (), token.start, token.end)
        if function not in FUNCTIONS:
            return self.call(token, function)
        exponent = self.exponent(self.signed_atom)
        if exponent is not None and exponent.kind == "sum" and exponent.text == "-":
            inverse = f"a{function}" if f"a{function}" in FUNCTIONS else "the inverse of " + function
            self.refuse_as_ambiguous(token, f"{inverse}(...)", f"1/{function}(...)")
        call = self.call(token, function) if self.token.text == "(" else self.bare_call(token, function)
        return call if exponent is None else Node("power", "^", (call, exponent), call.start, call.end)

    def call(self, name: Token, function: str) -> Node:
        self.accept("(")
        bars, self.bars = self.bars, 0
        self.descend()
        arguments = [self.disjunction()]
        while self.accept(","):
            arguments.append(self.disjunction())
        closing = self.accept(")")
        if closing is None:
            self.refuse_after_operand(")")
        self.depth -= 1
        self.bars = bars
        return made_of(function, tuple(arguments), name.start, closing.end)

    def bare_call(self, name: Token, function: str) -> Node:
        """Read a function whose argument stands behind it without brackets: `sin x`, `sin 2x`."""
        if FUNCTIONS[function] != (1, 1) or not (
            self.at_factor() or self.token.kind == "number" or self.at_group()
        ):
            arguments = _ARGUMENTS.get(function, "x" if FUNCTIONS[function] == (1, 1) else "a, b")
            raise FormulaError(
                Text(
                    f"{name.text} needs its arguments in brackets, as in {name.text}({arguments})",
                    f"{name.text} の引数を {name.text}({arguments}) のように書く",
                ),
                name.start,
                name.end - name.start,
            )
        self.descend()
        parts = [self.power()]
        while self.at_factor() and not self.at_function():
            if any(part.kind != "number" and part.text != "pi" for part in parts):
                argument = self.text[parts[0].start : parts[-1].end]
                factor = self.text[self.token.start : self.token.end]
                self.refuse_as_ambiguous(
                    name, f"{name.text}({argument})*{factor}", f"{name.text}({argument}*{factor})"
                )
            parts.append(self.power())
        self.depth -= 1
        argument = self.text[parts[0].start : parts[-1].end]
        if self.token.text == "/":
            self.refuse_as_ambiguous(name, f"{name.text}({argument})/...", f"{name.text}({argument}/...)")
        inner = parts[0]
        if len(parts) > 1:
            inner = Node("product", "*" * len(parts), tuple(parts), parts[0].start, parts[-1].end)
        return made_of(function, (inner,), name.start, inner.end)
