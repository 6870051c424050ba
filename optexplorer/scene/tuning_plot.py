"""What a search for good settings looks like: the candidates, and how losses fall with the winner and without."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.optimizers.base import hyperparameters
from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.search import Candidate, SearchState
from optexplorer.runs.tuning.tuning import TuningSpec, TuningState
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.loss_curve_plot import (
    HEADROOM,
    STEPS,
    TARGET,
    CurveLook,
    base_of,
    curve_plot,
    loss_axis,
    loss_label,
)
from optexplorer.scene.plot import Line, Marker, Plot, PlotSheet, Point, Span
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text

Array = NDArray[np.float64]

DEFAULT = Text("default", "既定")
PRESENT = Text("present", "現在")
WINNER = Text("winner", "最良")
NOT_REACHED = Text("target not reached", "目標に未到達")
DIVERGED = Text("diverged, or far above the start", "発散、または初期点よりはるかに上")
TIME = Text("steps to the target", "目標までのステップ数")
NOT_YET = Text(
    "When the search is done, the winner is compared with the default settings on fresh starts.",
    "探索が終わると、新しい初期点で最良の設定と既定の設定を比べる。",
)
STRIP = 0.26
"""The part of the height in which candidates stand that do not reach the target, or diverge."""
SOME = 8
"""Starts whose heights tell what is far above them."""
FAINT, STRONG = 0.22, 0.75
"""How strong candidates are drawn that left after the first round, and that are still in the race."""


@dataclass(frozen=True)
class Tuning:
    """A search for good settings of a racer, as far as it has come.

    Attributes
    ----------
    spec, state : of the search
    number, name, colour : of the racer
    rounds : the search as it was after each round that is over
    """

    spec: TuningSpec
    state: TuningState
    number: int
    name: Text
    colour: str
    rounds: tuple[SearchState, ...] = ()

    def seen(self, state: TuningState) -> Tuning:
        """Return the search as it has come to `state`, the next one."""
        search, rounds = state.search, self.rounds
        if search.done == search.total or search.rung > self.state.search.rung:
            over = search if search.done == search.total else self.state.search
            rounds = (*(each for each in rounds if each.rung < over.rung), over)
        return replace(self, state=state, rounds=rounds)


class CandidatePlaces:
    """Where the candidates of a search stand in its plot: across by one setting, in height by how good they are.

    Candidates that do not reach the target stand in a strip above the others, the lower the better their loss; those
    that diverge at its top.
    """

    def __init__(self, tuning: Tuning, across: str) -> None:
        spec = tuning.spec
        self.spec = spec
        self.range = next((axis for axis in spec.ranges if axis.name == across), spec.ranges[0])
        self.candidates = [each for each in tuning.state.search.candidates if each.score is not None]
        label = next(s.label for s in hyperparameters(type(spec.optimizer)) if s.name == self.range.name)
        self.x = _setting_axis(self.range, label)
        values = np.array([self.height(each) for each in self.candidates])
        if spec.criterion_needs_target:
            self.split = max(float(spec.length), 2.0)
            low = max(float(values.min(initial=self.split / 10)) / 1.8, 0.7)
            inner = PlotAxis(TIME, min(low, self.split / 2), self.split, "log")
        else:
            inner = loss_axis(spec, values, _far(spec, values), room=0.08)
            self.split = inner.back(1.0)
        self.y = _taller(inner)
        losses = np.array([each.loss for each in self.candidates], dtype=np.float64)
        self._losses = np.sort(losses[np.isfinite(losses)])
        """All losses, rising: candidates in the strip stand in their order."""
        self.points = self.at(self.candidates)
        """Where the candidates stand, shape (candidates, 2)."""

    def height(self, candidate: Candidate) -> float:
        """Return how good a candidate is, the lower the better: steps to the target, or the loss; infinite for none."""
        if candidate.score is None:
            return math.inf
        return max(candidate.score.value, 1.0) if self.spec.criterion_needs_target else candidate.loss

    def at(self, candidates: Sequence[Candidate]) -> Array:
        """Return the places of candidates that have scores, shape (candidates, 2)."""
        x = np.array([self.across(each.settings[self.range.name]) for each in candidates])
        y = np.array([self.height(each) for each in candidates], dtype=np.float64)
        losses = np.array([each.loss for each in candidates], dtype=np.float64)
        bottom = self.y.place(self.split)
        above = ~(self.y.at(y) <= bottom + 1e-9)
        ranks = np.searchsorted(self._losses, losses) / max(len(self._losses), 1)
        parts = np.where(np.isfinite(losses), 0.12 + 0.62 * ranks, 0.93)
        strip = [self.y.back(bottom + part * (1 - bottom)) for part in parts[above].tolist()]
        y[above] = strip
        return np.stack([x, y], axis=1)

    def across(self, value: float) -> float:
        """Return where a value of the setting stands: of settings near one, their distance from it."""
        return 1 - value if self.range.scale == "near one" else value


def _setting_axis(axis: SearchRange, label: Text) -> PlotAxis:
    if axis.scale == "near one":
        high = 1 - axis.low
        return PlotAxis(
            Text(f"1 − {label.en[:1].lower()}{label.en[1:]}", f"1 − {label.ja}"), (1 - axis.high) / 1.3,
            high * 1.3, "log",
        )  # fmt: skip
    name = Text(f"{label.en[:1].lower()}{label.en[1:]}", label.ja)
    if axis.scale == "log":
        return PlotAxis(name, axis.low / 1.3, axis.high * 1.3, "log")
    room = 0.04 * (axis.high - axis.low)
    return PlotAxis(name, axis.low - room, axis.high + room)


def _far(spec: TuningSpec, values: Array) -> float:
    """The loss above which candidates stand in the strip: far above that of the starts."""
    base = base_of(spec)
    with np.errstate(all="ignore"):
        starts = np.asarray(
            spec.trials.run.landscape.value(np.ascontiguousarray(spec.trials.starts[:SOME].T))
        )
    starts = starts[np.isfinite(starts)]
    height = float(np.median(starts)) - base if starts.size else 0.0
    finite = values[np.isfinite(values)]
    if not height > 0:
        return float(np.quantile(finite, 0.9)) if finite.size else math.inf
    return base + HEADROOM * height


def _taller(axis: PlotAxis) -> PlotAxis:
    """The axis with a strip above its high end."""
    high = axis.back(1 / (1 - STRIP)) - axis.base
    return replace(axis, high=high, last_tick=axis.back(1.0))


def tuning_sheet(tuning: Tuning, across: str, search: SearchState | None = None) -> PlotSheet:
    """Return the candidates by one of the settings, and below them how losses fall with the winner.

    `search` is what is shown of the search, such as one of its rounds; None for all so far.
    """
    places = CandidatePlaces(tuning, across)
    plots = (_candidates(tuning, places, search or tuning.state.search), _curves(tuning))
    return PlotSheet(plots, notes=_notes(tuning))


def empty_tuning_sheet() -> PlotSheet:
    """Return what is shown before anything has been tried."""
    x, y = PlotAxis(Text("learning rate", "学習率"), 1e-5, 10.0, "log"), PlotAxis(STEPS, 1.0, 200.0, "log")
    return PlotSheet((Plot(x, y),))


def _candidates(tuning: Tuning, places: CandidatePlaces, search: SearchState) -> Plot:
    spec = tuning.spec
    known = len(spec.known)
    lines = []
    shown = [each for each in search.candidates if each.score is not None]
    lengths = sorted({each.length for each in places.candidates})
    for length in lengths:
        those = [each for each in shown if each.length == length and each.number >= known]
        points = places.at(those)
        share = 1.0 if len(lengths) < 2 else lengths.index(length) / (len(lengths) - 1)
        lines.append(
            Line(
                points[:, 0],
                points[:, 1],
                tuning.colour,
                Text(f"{length} {_unit(spec).en}", f"{length}{_unit(spec).ja}"),
                width=0.0,
                marker="disc",
                strength=FAINT + share * (STRONG - FAINT),
            )
        )
    label = NOT_REACHED if spec.criterion_needs_target else DIVERGED
    spans = (Span("y", places.split, places.y.back(1.0), "muted", label, 0.08, hatched=True),)
    return Plot(places.x, places.y, spans=spans, lines=tuple(lines), points=_points(tuning, places, search))


def _points(tuning: Tuning, places: CandidatePlaces, search: SearchState) -> tuple[Point, ...]:
    """The default and the present settings, and the best of all, with words."""
    found, best = [], search.best
    names = (DEFAULT, PRESENT)
    for candidate in search.candidates[: len(tuning.spec.known)]:
        if candidate.score is not None:
            marker: Marker = "ring" if candidate.number == 0 else "square"
            ((x, y),) = places.at([candidate]).tolist()
            found.append(Point(x, y, "text", marker, names[candidate.number], 5.0))
    if best is not None:
        value = best.settings[places.range.name]
        ((x, y),) = places.at([best]).tolist()
        found.append(Point(x, y, tuning.colour, "star", Text(brief(value), brief(value)), 7.0))
    return tuple(found)


def _unit(spec: TuningSpec) -> Text:
    return Text("evaluations", "評価") if spec.trials.unit == "evaluations" else Text("steps", "ステップ")


def _curves(tuning: Tuning) -> Plot:
    spec, check = tuning.spec, tuning.state.check
    if check is None:
        x, y = PlotAxis(STEPS, 0.0, float(max(spec.length, 1))), PlotAxis(loss_label(spec), 1e-6, 10.0, "log")
        return Plot(x, y, absence=NOT_YET)
    looks = [
        CurveLook(WINNER, tuning.colour),
        CurveLook(DEFAULT, "text", "dashed"),
        CurveLook(PRESENT, "text", "dotted", banded=False),
    ]
    return curve_plot(spec, check.curves, looks[: len(check.curves)])


def _notes(tuning: Tuning) -> tuple[Text, ...]:
    spec = tuning.spec
    starts, seeds = len(spec.trials.starts), len(spec.trials.seeds)
    fresh = len(spec.check_starts) * len(spec.check_seeds)
    percent = "75 %"
    each = Text(
        f"Each candidate: {starts * seeds} descents. It stands where {percent} of them are at least as good.",
        f"各候補は{starts * seeds}回の降下。その{percent}以上がこの値か、よりよい。",
    )
    below = Text(
        f"Below: {fresh} other descents, median and middle half.",
        f"下: 別の{fresh}回の降下の中央値と四分位範囲。",
    )
    notes = [each, below]
    if spec.criterion_needs_target:
        above = brief(spec.trials.target - base_of(spec))
        notes.append(
            Text(
                f"{TARGET.en.capitalize()}: {above} above the lowest known loss.",
                f"{TARGET.ja}: 既知の最小損失 + {above}。",
            )
        )
    return tuple(notes)
