"""Round numbers for axes and contour lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise


def nice_step(span: float, most: int) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts."""
    rough = span / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers in [low, high], evenly spaced, at most `most` + 1 of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    step = nice_step(high - low, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [0.0 if i == 0 else float(f"{i * step:.12g}") for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return powers of ten in [low, high] (both positive), or 1-2-5 steps where there are few of them."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    if last - first <= 2:
        candidates = [f * 10.0**k for k in range(first, last + 1) for f in (1, 2, 5)]
    else:
        stride = max(1, math.ceil((last - first) / most))
        candidates = [10.0**k for k in range(first - first % stride, last + 1, stride)]
    return [value for value in candidates if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]


def tick_label(value: float, *, power: bool = False) -> str:
    """Return a short label: `0.5`, `200`, `10⁻⁶`, with a true minus sign; as a `power` of ten if asked for."""
    if value == 0:
        return "0"
    if power or not 1e-4 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.3e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        text = {"1": f"10{raised}", "-1": f"-10{raised}"}.get(mantissa, f"{mantissa}·10{raised}")
    else:
        text = f"{value:.6g}"
    return text.replace("-", "−")


def tick_labels(values: Sequence[float]) -> list[str]:
    """Return labels of an axis' ticks, in rising order, with as many decimals as tell neighbours apart."""
    if len(values) < 2 or any(0 < abs(value) < 1e-4 or abs(value) >= 1e5 for value in values):
        return [tick_label(value) for value in values]
    step = min(b - a for a, b in pairwise(values))
    if any(abs(value / step - round(value / step)) > 1e-6 for value in values):
        return [tick_label(value) for value in values]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [f"{value:.{decimals}f}".replace("-", "−") for value in values]


def power_labels(values: Sequence[float]) -> list[str]:
    """Return labels of a logarithmic axis' ticks: all as powers of ten if one of them has to be."""
    power = any(value != 0 and not 1e-3 <= abs(value) < 1e4 for value in values)
    return [tick_label(value, power=power and abs(value) not in (0.1, 1, 10)) for value in values]
