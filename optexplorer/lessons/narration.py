"""Markdown with mathematics, as HTML and LaTeX that a view can show.

Raw HTML is text like any other, pictures are not shown, and links lead to web pages only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST = 20
"""Lists and quotations inside each other."""


@dataclass(frozen=True)
class Prose:
    """Text as HTML, and the formulas in it.

    Each formula stands in the HTML as `<img src="formula:K" alt="its LaTeX">`; K counts the `formulas` from 0.
    """

    html: str
    formulas: tuple[str, ...]
    line: int = 1


@dataclass(frozen=True)
class Mathematics:
    """A displayed formula, as LaTeX."""

    latex: str
    line: int = 1


def parse(text: str) -> list[Token]:
    """Return the blocks of a lesson's Markdown; their `map` counts lines from 0."""
    return _markdown().parse(text)


def prose(text: str) -> Prose:
    """Return a line of Markdown, such as a question's text, without a paragraph around it."""
    return _rendered(_markdown().parseInline(text), 1)


def blocks(tokens: Sequence[Token]) -> tuple[Prose | Mathematics, ...]:
    """Return the blocks of Markdown, such as a paragraph, a list, a displayed formula, one by one."""
    found: list[Prose | Mathematics] = []
    gathered: list[Token] = []
    depth = 0
    for token in tokens:
        gathered.append(token)
        depth += token.nesting
        if depth:
            continue
        line = (gathered[0].map or [0])[0] + 1
        alone = token.type == "math_block" and len(gathered) == 1
        found.append(Mathematics(token.content.strip(), line) if alone else _rendered(gathered, line))
        gathered = []
    return tuple(found)


def _rendered(tokens: Sequence[Token], line: int) -> Prose:
    markdown = _markdown()
    found: list[str] = []
    html = markdown.renderer.render(tokens, markdown.options, {"formulas": found})
    return Prose(html.strip(), tuple(found), line)


def _formula(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    from markdown_it.common.utils import escapeHtml

    latex = tokens[index].content.strip()
    env["formulas"].append(latex)
    return f'<img src="formula:{len(env["formulas"]) - 1}" alt="{escapeHtml(latex)}">'


def _table(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    # Rich text in Qt knows no padding of cells but this.
    return '<table cellpadding="4">\n'


def _web_page(url: str) -> bool:
    return url.startswith(("https://", "http://"))


@cache
def _markdown() -> MarkdownIt:
    # Here, because whoever opens the program without a lesson need not wait for it.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    markdown.enable("table")
    # A line of --- under text separates scenes; it does not make the text a heading.
    markdown.disable(["lheading", "image"])
    markdown.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_blank_lines=False)
    rules: dict[str, Callable[..., str]] = {
        "math_inline": _formula,
        "math_block": _formula,
        "table_open": _table,
    }
    for kind, rule in rules.items():
        markdown.add_render_rule(kind, rule)
    markdown.validateLink = _web_page  # type: ignore[method-assign]
    return markdown
