"""Estimates how long LaTeX takes to set, before it is set."""

from __future__ import annotations

import re

MOST_WORK = 2_000
"""The work of the costliest formula that a lesson may hold."""
MOST_WORK_TOGETHER = 10_000
"""The work of all formulas of a lesson."""
_DEEPER = (r"\left", r"\begin", "{")
_SHALLOWER = (r"\right", r"\end", "}")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)


def latex_work(latex: str) -> int:
    """Return how costly `latex` is to set as mathematics, in milliseconds or so.

    The typesetter measures what stands in a group once more for each group around it, so every level of nesting
    doubles the time. Takes time linear in the length of `latex`.
    """
    work = depth = 0
    for token in _TOKEN.findall(latex):
        depth = max(depth + (token in _DEEPER) - (token in _SHALLOWER), 0)
        work += 1 << min(depth, 60)
    return work
