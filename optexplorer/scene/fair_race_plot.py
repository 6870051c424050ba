"""What a fair race looks like: losses over evaluations above, how soon each racer reaches the target below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optexplorer.runs.fair_race import FairRaceSpec, FairRaceState, Finish
from optexplorer.runs.tuning.tuning import TuningSpec
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.loss_curve_plot import (
    EVALUATIONS,
    CurveLook,
    base_of,
    curve_plot,
    loss_axis,
    loss_label,
)
from optexplorer.scene.plot import Interval, Plot, PlotSheet, Point
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text

NOBODY_YET = Text(
    "The curves appear as soon as the first racer has its settings.",
    "最初の走者の設定が決まると曲線が現れる。",
)
NOT_REACHED = Text("not reached", "未到達")
NOTHING = Text("", "")


@dataclass(frozen=True)
class FairRace:
    """A fair race as far as it has come; `names` and `colours` are those of its racers, `numbers` theirs in the experiment."""

    spec: FairRaceSpec
    state: FairRaceState
    numbers: tuple[int, ...]
    names: tuple[Text, ...]
    colours: tuple[str, ...]


def fair_race_sheet(race: FairRace) -> PlotSheet:
    """Return the curves of the racers that have their settings, and their ranking."""
    return PlotSheet((_curves(race), _ranking(race)), notes=fair_race_notes(race.spec))


def empty_fair_race_sheet(budget: int) -> PlotSheet:
    """Return what is shown before anything has been tried."""
    axis = PlotAxis(Text("loss", "損失"), 1e-6, 10.0, "log")
    return PlotSheet((Plot(PlotAxis(EVALUATIONS, 0.0, float(budget)), axis, absence=NOBODY_YET),))


def _curves(race: FairRace) -> Plot:
    finishes = race.state.finishes
    spec = race.spec.racers[0]
    if not finishes:
        return Plot(
            PlotAxis(EVALUATIONS, 0.0, float(race.spec.budget)),
            PlotAxis(loss_label(spec), 1e-6, 10.0, "log"),
            absence=NOBODY_YET,
        )
    looks = [CurveLook(race.names[each.number], race.colours[each.number]) for each in finishes]
    return curve_plot(spec, [each.curves for each in finishes], looks)


def _ranking(race: FairRace) -> Plot:
    """The racers from the best at the top; those that wait for their settings at the bottom."""
    spec, count = race.spec.racers[0], len(race.names)
    ranked = race.state.ranking
    waiting = [place for place in range(count) if place not in {each.number for each in ranked}]
    order = [each.number for each in ranked] + waiting
    rows = {place: count - row - 0.5 for row, place in enumerate(order)}
    names = tuple((rows[place], race.names[place]) for place in order)
    y = PlotAxis(NOTHING, 0.0, float(count), names=names)
    if spec.criterion_needs_target:
        low, high = 0.8, float(race.spec.budget) * 1.25
        x = PlotAxis(Text("evaluations to the target", "目標までの評価回数"), low, max(high, 2.0), "log")
        spreads = [(each, _quartiles(np.maximum(each.curves.reached, 1.0))) for each in ranked]
    else:
        x = loss_axis(spec, np.concatenate([each.curves.final for each in ranked] or [np.ones(1)]), math.inf)
        spreads = [(each, _quartiles(each.curves.final)) for each in ranked]
    return Plot(
        x,
        y,
        intervals=tuple(
            _interval(race, each, rows, spread, x) for each, spread in spreads if spread[1] < math.inf
        ),
        points=tuple(
            Point(x.back(0.97), rows[each.number], race.colours[each.number], "cross", _how_often(each), 5.0)
            for each, spread in spreads
            if not spread[1] < math.inf
        ),
    )


def _quartiles(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], method="inverted_cdf").tolist()
    return low, middle, high


def _interval(
    race: FairRace, finish: Finish, rows: dict[int, float], spread: tuple[float, float, float], x: PlotAxis
) -> Interval:
    low, middle, high = spread
    # Of an end that was not reached, the bar goes to the edge.
    return Interval(
        "x", rows[finish.number], low, min(high, x.back(1.0)), middle, race.colours[finish.number]
    )


def _how_often(finish: Finish) -> Text:
    reached = int(np.isfinite(finish.curves.reached).sum())
    total = len(finish.curves.reached)
    return Text(f"reached {reached} of {total} times", f"到達 {total}回中{reached}回")


def fair_race_notes(spec: FairRaceSpec) -> tuple[Text, ...]:
    """Return what is said beside a fair race: the budget with its prices, the criterion, the effort."""
    racer, prices = spec.racers[0], spec.prices
    dimension = racer.trials.run.landscape.dimension
    value, hessian = _price(prices.value), _price(prices.hessian_column * dimension)
    notes = [
        Text(
            f"Budget: {spec.budget} gradients for each descent. A loss costs {value} of one, a Hessian {hessian}.",
            f"予算: 1回の降下につき勾配{spec.budget}回分。損失の評価は{value}回分、ヘッセ行列は{hessian}回分と数える。",
        )
    ]
    if racer.criterion_needs_target:
        above = brief(racer.trials.target - base_of(racer))
        notes.append(
            Text(
                f"Best: first at the target, {above} above the lowest known loss, and there at the end, in 75 % of the descents; "
                "else lowest.",
                f"降下の75 %が目標(既知の最小損失 + {above})に達し、最後もそこにいるまでが早い順。達しなければ最後の損失の小さい順。",
            )
        )
    else:
        notes.append(
            Text(
                "Whose loss is lowest at the end in 75 % of the descents.",
                "降下の75 %での最後の損失が小さい順。",
            )
        )
    candidates = getattr(racer.search, "count", 0)
    fresh = len(racer.check_starts) * len(racer.check_seeds)
    notes.append(
        Text(
            f"For each racer {candidates} settings from {len(racer.trials.starts)} starts; shown are {fresh} descents from "
            "fresh starts, median and middle half.",
            f"どの走者も{len(racer.trials.starts)}個の初期点で{candidates}通りの設定を試す。図は別の初期点からの{fresh}回の降下の"
            "中央値と四分位範囲。",
        )
    )
    return tuple(notes)


def _price(price: float) -> str:
    """A price as a fraction, such as 1/3."""
    found = Fraction(price).limit_denominator(20)
    return str(found) if abs(float(found) - price) < 1e-9 else brief(price)


def finish_words(finish: Finish, known: Sequence[str]) -> str:
    """Return the settings of a racer in the order of their names, such as `lr 0.43  beta1 0.46`."""
    return "  ".join(f"{name} {brief(float(getattr(finish.optimizer, name)))}" for name in known)


def value_words(spec: TuningSpec, loss: float) -> str:
    """Return a loss as it stands on the axis, that is without the lowest known one."""
    return brief(loss - base_of(spec)) if math.isfinite(loss) else "∞"
