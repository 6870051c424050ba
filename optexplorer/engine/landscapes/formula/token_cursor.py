"""A parser's position among the tokens, and errors that point at it."""

from __future__ import annotations

from typing import NoReturn

from optexplorer.engine.landscapes.formula.syntax import FormulaError, Node
from optexplorer.engine.landscapes.formula.tokens import Token, tokens
from optexplorer.text import Text

MAX_DEPTH = 30


class TokenCursor:
    """Steps over the tokens of a text; counts how deep brackets, signs and powers are nested.

    Raises
    ------
    FormulaError
        By the constructor, if a character has no meaning.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def accept(self, *texts: str) -> Token | None:
        """Return the next token and step over it if it is one of `texts`, otherwise None."""
        token = self.token
        if token.kind in ("end", "raised") or token.text not in texts:
            return None
        self.position += 1
        return token

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
                "a comma belongs between the arguments of a function; a decimal is written as 1.5",
                "コンマは関数の引数の間でのみ使える。小数は 1.5 と書く",
            )
        if token.text == "=":
            self.refuse(
                "an equation is no loss; in a condition write ==",
                "方程式は損失にならない。条件では == と書く",
            )
        shown = self.text[token.start : token.end]
        self.refuse(
            f"an operator is missing before '{shown}'; for a product write *, for a power ^",
            f"'{shown}' の前に演算子がない。掛け算は *、べき乗は ^ と書く",
        )

    def refuse(self, en: str, ja: str) -> NoReturn:
        raise FormulaError(Text(en, ja), self.token.start, self.token.end - self.token.start)

    def refuse_as_ambiguous(self, first: Node | Token, one: str, other: str) -> NoReturn:
        """Refuse the text from `first` to the next token, which can mean two things."""
        start, end = first.start, self.token.end
        shown = self.text[start:end]
        raise FormulaError(
            Text(
                f"'{shown}' can mean {one} or {other}; write the one that is meant",
                f"'{shown}' は {one} とも {other} とも読める。どちらかをはっきり書く",
            ),
            start,
            end - start,
        )

    def written(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(
                f"the formula is nested too deeply; at most {MAX_DEPTH} levels are allowed",
                f"入れ子が深すぎる。{MAX_DEPTH}段以内にする",
            )
