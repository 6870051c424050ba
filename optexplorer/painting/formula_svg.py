"""Formulas as pictures."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width
from xml.etree import ElementTree

from optexplorer.experiment.validation_messages import shown

_DEEPER = (r"\left", r"\begin", "{")
_SHALLOWER = (r"\right", r"\end", "}")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SIGN = re.compile(r"(\\left\(|[<>=,]|\\(?:le|ge|ne)(?![a-z]))\s*-")
"""A minus that is a sign; as a group of its own it gets no space after it."""
_MARGIN = 1.0
_LINE, _ASCENT = 1.3, 1.0
"""Height of a line of plain text, and of its baseline, in sizes of its type."""
_log = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def formula_svg(latex: str, colour: str, size: float, width: float | None = None) -> bytes:
    """Return `latex` set as mathematics, as an SVG in `colour` with type of `size` pixels.

    A formula wider than `width` pixels is broken into lines, before the signs and between the factors that are in
    no bracket; what cannot be broken may still be wider. What cannot be set as mathematics is written as it stands.
    Costs some 10 ms, and far more for deeply nested formulas: not for the GUI thread.
    """
    try:
        return _set_formula(latex, colour, size, width)
    except Exception as error:  # noqa: BLE001 - whatever the library runs into, a formula stops no picture and no worker
        _log.warning("cannot set %r as mathematics: %s: %s", latex[:200], type(error).__name__, error)
        return _plain_svg(latex, colour, size, width)


def _set_formula(latex: str, colour: str, size: float, width: float | None) -> bytes:
    import ziamath

    # QtSvg draws no glyphs that are referred to by <use>.
    ziamath.config.svg2 = False
    piecewise = [latex] if width is None else break_points(latex)
    drawn = []
    for before, piece in zip(["=", *piecewise], piecewise, strict=False):
        # An empty group in front makes a leading sign a binary operator, with space on both sides.
        group = "" if before.rstrip().endswith("=") else "{}"
        drawn.append(ziamath.Latex(group + _SIGN.sub(r"\1{-}", piece), size=size, color=colour))
    lines: list[list[Any]] = [[]]
    indent = size if width is not None else 0.0
    room = width or 0.0
    for piece in drawn:
        needed = piece.getsize()[0]
        if lines[-1] and width is not None and needed > room:
            lines.append([])
            room = width - indent
        lines[-1].append(piece)
        room -= needed
    return _stacked(lines, indent, size)


@lru_cache(maxsize=256)
def formula_extent(latex: str, size: float) -> tuple[float, float]:
    """Return how far a formula on one line rises above its baseline and reaches below it, margins included."""
    import ziamath

    try:
        box = ziamath.Latex(latex, size=size).node.bbox
    except Exception:  # noqa: BLE001 - `formula_svg` then writes it as it stands, and says why
        return _ASCENT * size + _MARGIN, (_LINE - _ASCENT) * size + _MARGIN
    return box.ymax + _MARGIN, _MARGIN - box.ymin


def _plain_svg(text: str, colour: str, size: float, width: float | None) -> bytes:
    """Return `text` as it stands as an SVG, in lines of at most `width` pixels."""
    lines, room = [""], width if width is not None else float("inf")
    for character in "".join(c if c.isprintable() else " " for c in text):
        if lines[-1] and _text_width(lines[-1] + character, size) > room - 2 * _MARGIN:
            lines.append("")
        lines[-1] += character
    widest = max(_text_width(line, size) for line in lines) + 2 * _MARGIN
    height = _LINE * size * len(lines) + 2 * _MARGIN
    svg = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    svg.set("width", f"{widest:.3f}")
    svg.set("height", f"{height:.3f}")
    svg.set("viewBox", f"0 0 {widest:.3f} {height:.3f}")
    for number, line in enumerate(lines):
        place = {"x": f"{_MARGIN:g}", "y": f"{_MARGIN + (number * _LINE + _ASCENT) * size:.3f}"}
        font = {"font-family": "monospace", "font-size": f"{size:g}", "fill": colour}
        ElementTree.SubElement(svg, "text", {**place, **font}).text = line
    return ElementTree.tostring(svg)


def _text_width(text: str, size: float) -> float:
    """Return about how wide monospaced text is."""
    return size * sum(1.0 if east_asian_width(c) in "FW" else 0.62 for c in text)


def validation_message(latex: str) -> str | None:
    """Return why `latex` cannot be drawn as mathematics, or None if it can. Costs as much as drawing it."""
    import ziamath

    try:
        formula = ziamath.Latex(latex)
        formula.svg()
    except Exception:  # noqa: BLE001 - the library meets wrong LaTeX with whatever error it happens to run into
        return f"this is no mathematics that can be drawn: {shown(latex)}"
    unknown = _COMMAND.search(formula.mathmlstr())
    return f"there is no {unknown[0]} in mathematics: {shown(latex)}" if unknown else None


def break_points(latex: str) -> list[str]:
    """Return `latex` cut into pieces at whose beginnings a line may begin; joined they are `latex` again."""
    piecewise = [""]
    depth = 0
    before = ""
    for token in _TOKEN.findall(latex):
        if depth == 0 and piecewise[-1].strip():
            sign = token in ("+", "-") and not piecewise[-1].rstrip().endswith("=")
            factor = token == r"\left" and before == "closed"
            if sign or factor or before == "=":
                piecewise.append("")
        piecewise[-1] += token
        depth += (token in _DEEPER) - (token in _SHALLOWER)
        if depth == 0 and token.strip():
            # The token after \right is the bracket itself.
            before = "closed" if before == r"\right" else token
    return piecewise


def _stacked(lines: list[list[Any]], indent: float, size: float) -> bytes:
    """Return lines of pieces as one SVG; every line but the first is indented."""
    svg = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    svg.set("xmlns:xlink", "http://www.w3.org/1999/xlink")
    y, widest = _MARGIN, 0.0
    for number, line in enumerate(lines):
        boxes = [piece.node.bbox for piece in line]
        y += max(box.ymax for box in boxes) + (0.35 * size if number else 0)
        x = _MARGIN + (indent if number else 0)
        for piece, box in zip(line, boxes, strict=True):
            piece.node.draw(x - box.xmin, y, svg)
            x += box.xmax - box.xmin
        y -= min(box.ymin for box in boxes)
        widest = max(widest, x + _MARGIN)
    y += _MARGIN
    svg.set("width", f"{widest:.3f}")
    svg.set("height", f"{y:.3f}")
    svg.set("viewBox", f"0 0 {widest:.3f} {y:.3f}")
    return ElementTree.tostring(svg)
