"""The pictures of a tournament: median ranks, data profiles and performance profiles."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.runs.profiles import Profile, data_profiles, median_ranks, performance_profiles
from optexplorer.scene.palette import RACER_COLOURS
from optexplorer.scene.plot import Dash, Interval, Line, Plot, PlotSheet
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text

Array = NDArray[np.float64]

SHARE = Text("share of problems solved", "解けた問題の割合")
RANK = Text("median rank by the last loss (1 is best)", "最後の損失による順位の中央値(1が最良)")
COST = Text("gradient evaluations", "勾配の評価回数")
RATIO = Text("ratio to the least cost", "最少コストに対する比")
NOTHING = Text("No problem is finished yet.", "計算の終わった問題はまだない。")
LARGEST_RATIO = 64.0
"""The performance profile reaches at least so far."""
_DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted")


def tournament_sheet(
    names: Sequence[Text],
    losses: Array,
    costs: Array,
    tolerance: float,
    budget: int,
    problems: int,
) -> PlotSheet:
    """Return ranks and profiles of the problems that are finished.

    Parameters
    ----------
    names : of the optimizers
    losses : at the end, shape (finished problems, optimizers); infinite where a descent diverged
    costs : the priced evaluations until a problem was solved, of the same shape; infinite where it was not
    tolerance : with which it counts as solved
    budget : gradient evaluations of each descent
    problems : how many there are in all
    """
    colours = [RACER_COLOURS[place % len(RACER_COLOURS)] for place in range(len(names))]
    dashes = [_DASHES[place // len(RACER_COLOURS) % len(_DASHES)] for place in range(len(names))]
    looks = list(zip(names, colours, dashes, strict=True))
    percent = f"{100 * tolerance:g} %"
    notes = (
        Text(
            f"{len(losses)} of {problems} problems, a budget of {budget} gradient evaluations each.",
            f"{problems}問中{len(losses)}問。それぞれ勾配の評価{budget}回まで。",
        ),
        Text(
            f"Solved: all but {percent} of the decrease that the best optimizer achieved (Moré & Wild 2009). A loss counts as "
            "a third of a gradient, a Hessian as one for each coordinate.",
            f"最良の手法による減少量のうち{percent}を残すまで減らせば「解けた」とする(Moré & Wild 2009)。"
            "損失の評価は勾配の3分の1、ヘッセ行列は座標ごとに勾配1回と数える。",
        ),
        Text(
            "Ranks: median over the problems, with the interval that 95 % of resamples have (bootstrap).",
            "順位: 問題全体での中央値と、ブートストラップ法による95%区間。",
        ),
    )  # fmt: skip
    return PlotSheet(
        (
            _ranks(looks, losses),
            _profile_plot(
                looks, data_profiles(costs) if len(costs) else [], 1.0, float(max(budget, 2)), COST
            ),
            _profile_plot(
                looks, performance_profiles(costs) if len(costs) else [], 1.0, _largest(costs), RATIO
            ),
        ),
        notes=notes,
    )


def _ranks(looks: Sequence[tuple[Text, str, Dash]], losses: Array) -> Plot:
    count = len(looks)
    axis = PlotAxis(RANK, 0.7, count + 0.3)
    if not len(losses):
        names = tuple((count - place - 0.5, name) for place, (name, *_) in enumerate(looks))
        return Plot(axis, PlotAxis(Text("", ""), 0.0, float(count), names=names), absence=NOTHING)
    found = median_ranks(losses)
    order = sorted(range(count), key=lambda place: (found[place].median, found[place].low, place))
    rows = {place: count - row - 0.5 for row, place in enumerate(order)}
    names = tuple((rows[place], looks[place][0]) for place in order)
    intervals = tuple(
        Interval("x", rows[place], found[place].low, found[place].high, found[place].median, looks[place][1])
        for place in order
    )
    return Plot(axis, PlotAxis(Text("", ""), 0.0, float(count), names=names), intervals=intervals)


def _largest(costs: Array) -> float:
    """Return the end of the axis of ratios: a power of two that holds all that were found, within reason."""
    finite = costs[np.isfinite(costs)]
    if not finite.size:
        return LARGEST_RATIO
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = costs / costs.min(axis=1, keepdims=True)
    largest = float(ratios[np.isfinite(ratios)].max())
    return float(min(max(2.0 ** math.ceil(math.log2(max(largest, 1.0)) + 1e-9), LARGEST_RATIO), 2.0**14))


def _profile_plot(
    looks: Sequence[tuple[Text, str, Dash]], profiles: Sequence[Profile], low: float, high: float, label: Text
) -> Plot:
    lines = tuple(
        Line(*_stairs(profile, low, high), colour, name, dash=dash, stairs=True)
        for (name, colour, dash), profile in zip(looks, profiles, strict=False)
    )
    return Plot(
        PlotAxis(label, low, high, "log"),
        PlotAxis(SHARE, 0.0, 1.02),
        lines=lines,
        absence=None if profiles else NOTHING,
    )


def _stairs(profile: Profile, low: float, high: float) -> tuple[Array, Array]:
    """Return the corners of a profile from one end of its axis to the other."""
    inside = profile.x <= high
    x = np.concatenate([[low], np.maximum(profile.x[inside], low), [high]])
    share = np.concatenate([[0.0], profile.share[inside], [profile.at(high)]])
    return x, share
