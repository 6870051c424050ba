"""Edits the `hidden` and `locked` settings of a scene in a lesson's text."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from optexplorer.lessons.reading import experiment_block

_STATEMENT = re.compile(r"\s*(hidden|locked)\s*=")
_HEADER = re.compile(r"\s*\[")


def with_visibility(text: str, scene: int, hidden: Collection[str], locked: Collection[str]) -> str:
    """Return a lesson's text in which the scene at `scene`, counted from 0, hides and locks these parts.

    Everything else stays as it was written. A scene without an experiment block gets one.

    Raises
    ------
    optexplorer.lessons.toml_block.LessonError
        If the text is no lesson.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    first, last, heading = experiment_block(text, scene)
    wanted = [
        f"{key} = {json.dumps(sorted(marks), ensure_ascii=False)}"
        for key, marks in (("hidden", hidden), ("locked", locked))
    ]
    if first is None or last is None:
        return "\n".join([*lines[:heading], "", "```toml experiment", *wanted, "```", *lines[heading:]])
    # Values stand before the tables of a block, and so do these.
    kept = _without_statements(lines[first:last])
    place = next((n for n, line in enumerate(kept) if _HEADER.match(line)), len(kept))
    return "\n".join([*lines[:first], *kept[:place], *wanted, *kept[place:], *lines[last:]])


def _without_statements(lines: list[str]) -> list[str]:
    """Leave out what the lines of a block say of `hidden` and `locked`, over however many lines it goes."""
    kept: list[str] = []
    depth = 0
    leaving = False
    in_table = False
    for line in lines:
        in_table = in_table or (not leaving and _HEADER.match(line) is not None)
        if not leaving and not in_table and _STATEMENT.match(line):
            leaving, depth = True, 0
        if leaving:
            depth += line.count("[") - line.count("]")
            leaving = depth > 0
        else:
            kept.append(line)
    return kept
