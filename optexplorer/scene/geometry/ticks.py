"""Round numbers for axes and contour lines, and labels that tell them apart."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LARGEST_PLAIN, SMALLEST_PLAIN = 1e5, 1e-4
"""Numbers of few digits from the one on, or below the other, are written as powers of ten."""
FEW_DIGITS = 4
"""Significant digits up to which a power of ten reads more easily than all digits."""
LONGEST_PLAIN = 1e15
"""From here on, numbers are written as powers of ten however many digits they need."""
MOST_DECIMALS = 12
EXACTNESS = 1e-3
"""The part of the distance to its neighbours by which a label may be wrong."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _nice_step(rough: float) -> tuple[int, int]:
    """Return the factor (1, 2 or 5) and the power of ten of the smallest such step that is at least `rough`."""
    exponent = math.floor(math.log10(rough))
    for factor in (1, 2, 5):
        if _times_power(factor, exponent) >= rough * (1 - 1e-9):
            return factor, exponent
    return 1, exponent + 1


def _times_power(factor: int, exponent: int) -> float:
    """Return the number nearest to factor · 10^exponent; infinite beyond the largest."""
    try:
        return float(factor * 10**exponent) if exponent >= 0 else factor / int(10**-exponent)
    except OverflowError:
        return math.copysign(math.inf, factor)


def round_stride(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, … that is at least `least`."""
    if not least > 1:
        return 1
    factor, exponent = _nice_step(least)
    return factor * int(10**exponent)


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers in [low, high], evenly spaced: at least two, and at most `most` + 1 if that allows two.

    The ends themselves where no round numbers lie between; only `low` if `high` is not above it; none if an end is
    not finite.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return []
    if high <= low:
        return [float(low)]
    resolution = float(np.spacing(max(abs(low), abs(high))))
    for parts in (most, 2 * most, 4 * most, 8 * most):
        # Each end by itself: the difference of two large numbers may be infinite.
        rough = max(high / max(parts, 1) - low / max(parts, 1), resolution)
        factor, exponent = _nice_step(rough)
        step = _times_power(factor, exponent)
        if not 0 < step < math.inf:
            break
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        values = (_times_power(i * factor, exponent) for i in range(first, last + 1))
        slack = 1e-9 * step
        ticks = list(dict.fromkeys(value for value in values if low - slack <= value <= high + slack))
        if len(ticks) > 1:
            return ticks
    return [float(low), float(high)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers in [low, high] for a logarithmic axis, both ends positive: at least two if low < high.

    Powers of ten; 1-2-5 steps where there are few of them; evenly spaced numbers where even those are too few.
    """
    low, high = max(low, sys.float_info.min), min(high, sys.float_info.max)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    widest = max(1, math.ceil((last - first) / max(most, 1)))
    candidates = [
        [_times_power(1, k) for k in range(first - first % stride, last + 1, stride)]
        for stride in range(widest, 0, -1)
    ]
    if last - first <= 2:
        candidates = []
    candidates.append([_times_power(f, k) for k in range(first, last + 1) for f in (1, 2, 5)])
    for values in candidates:
        ticks = [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(ticks) > 1:
            return ticks
    return linear_ticks(low, high, most)


def tick_label(value: float, *, power: bool = False) -> str:
    """Return a short label of at most six digits: `0.5`, `200`, `10⁻⁶`; as a `power` of ten if asked for."""
    if not math.isfinite(value):
        return "—" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if power or not SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN:
        return _as_power(value, FEW_DIGITS)
    return f"{value:.6g}".replace("-", "−")


def reading(value: float, resolution: float = math.inf) -> str:
    """Return a number as a read-out shows it: four digits, or as many as tell differences of `resolution`."""
    if value == 0 or not math.isfinite(value):
        return tick_label(value)
    tolerance = min(0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - 3), resolution)
    return _label(value, _digits(value, tolerance), _form([value], [_digits(value, tolerance)]))


def brief(value: float, resolution: float = math.inf) -> str:
    """Return a number in running text: three digits, or as many as tell differences of `resolution`."""
    if not math.isfinite(value):
        return tick_label(value)
    three = float(f"{value:.3g}")
    return tick_label(three) if abs(three - value) <= resolution else reading(value, resolution)


def discernible(values: NDArray[np.float64]) -> float:
    """Return the difference that has to be told between the values of a series: a hundredth of their range.

    Values that are not finite do not count; of values that are all the same any difference will do: infinity.
    """
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):
        return float(np.ptp(finite)) / 100 or math.inf if finite.size else math.inf


def tick_labels(values: Sequence[float]) -> list[str]:
    """Return labels of an axis' ticks, in rising order: with as many digits as tell neighbours apart.

    Distinct values have distinct labels, and each label is its value to within `EXACTNESS` of the distance to the
    nearest other. Values at even distances have the same number of decimals.
    """
    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2 or not all(map(math.isfinite, values)):
        return [reading(value, 5e-7 * abs(value)) for value in values]
    gaps = [b - a for a, b in pairwise(distinct)]
    around = [min(gaps[max(i - 1, 0) : i + 1]) for i in range(len(distinct))]
    digits = [_digits(v, EXACTNESS * gap) for v, gap in zip(distinct, around, strict=True)]
    form = _form(distinct, digits)
    step = min(gaps)
    # The distance of numbers on a large offset may come out a little below a power of ten.
    most = max(0, -math.floor(math.log10(step) + 1e-9))
    fitting = (
        decimals
        for decimals in range(max(most - 1, 0), most + 1)
        if all(abs(round(value, decimals) - value) <= EXACTNESS * step for value in distinct)
    )
    decimals = next(fitting, None)
    if (
        form == "plain"
        and decimals is not None
        and all(abs(gap / step - round(gap / step)) <= EXACTNESS for gap in gaps)
    ):
        labels = [f"{value:.{decimals}f}".replace("-", "−") for value in distinct]
    else:
        labels = [_label(value, count, form) for value, count in zip(distinct, digits, strict=True)]
    found = dict(zip(distinct, labels, strict=True))
    return [found[value] for value in values]


def power_labels(values: Sequence[float]) -> list[str]:
    """Return labels of a logarithmic axis' ticks: all as powers of ten if one of them has to be."""
    power = any(value != 0 and not 1e-3 <= abs(value) < 1e4 for value in values)
    labels = [tick_label(value, power=power and abs(value) not in (0.1, 1, 10)) for value in values]
    distinct = sorted(set(values))
    tolerance = EXACTNESS * min((b - a for a, b in pairwise(distinct)), default=math.inf)
    short = all(_digits(value, tolerance) <= FEW_DIGITS for value in distinct if value)
    return labels if short else tick_labels(values)


def _digits(value: float, tolerance: float) -> int:
    """Return how many significant digits give `value` to within `tolerance`."""
    for digits in range(1, 17):
        if abs(float(f"{value:.{digits - 1}e}") - value) <= tolerance:
            return digits
    return 17


def _form(values: Sequence[float], digits: Sequence[int]) -> str:
    """Return how numbers that need so many digits are written: "plain", "power", or "mixed", each as suits it."""
    sizes = [abs(value) for value in values if value]
    if not sizes or (min(sizes) >= SMALLEST_PLAIN and max(sizes) < LARGEST_PLAIN):
        return "plain"
    if max(digits) <= FEW_DIGITS:
        return "mixed"
    decimals = max(
        count - 1 - math.floor(math.log10(abs(value)))
        for value, count in zip(values, digits, strict=True)
        if value
    )
    return (
        "plain" if max(sizes) < LONGEST_PLAIN and decimals <= MOST_DECIMALS and max(sizes) >= 1 else "power"
    )


def _label(value: float, digits: int, form: str) -> str:
    if value == 0:
        return "0"
    if form == "power" or (form == "mixed" and not SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN):
        return _as_power(value, digits)
    exponent = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    return f"{value:.{max(digits - 1 - exponent, 0)}f}".replace("-", "−")


def _as_power(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    raised = str(int(exponent)).translate(_RAISED)
    text = {"1": f"10{raised}", "-1": f"-10{raised}"}.get(mantissa, f"{mantissa}·10{raised}")
    return text.replace("-", "−")
