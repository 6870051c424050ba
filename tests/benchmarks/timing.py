"""Measures functions in turn, so that a drift of the machine's speed meets all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def in_turn(functions: dict[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """Return the median seconds of each function, run in turn after one round of warming up."""
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for round_number in range(rounds + 1):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            if round_number:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def installed(module: str) -> bool:
    """Return whether `module` can be imported; say so if it cannot."""
    import importlib.util

    found = importlib.util.find_spec(module) is not None
    if not found:
        print(f"{module} is not installed: its comparison is left out")
    return found
