"""The marks of a phase of a step on map and surface: arrows, ellipses and points.

A plane of two parameters shows them as they are, so there are marks only where a point has two coordinates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.optimizers.terms import NUMBERS, Role, Term, sources
from optexplorer.scene.anatomy.equations import plain
from optexplorer.scene.anatomy.explained_step import Anatomy
from optexplorer.scene.anatomy.phase import NETWORK_PARTS, Phase
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.text import Text

Array = NDArray[np.float64]
Window = tuple[float, float, float, float]

SHORTEST, LONGEST = 0.05, 0.3
"""Shares of the window between which vectors are drawn as long as they are."""
FITTED = 0.2
"""Share of the window that the others are fitted to."""

_GRADIENTS: frozenset[Role] = frozenset(
    {"gradient", "derived_gradient", "first_moment", "corrected_first_moment"}
)
"""What is drawn pointing downhill, all to one scale."""
_DECAYS: frozenset[Role] = frozenset({"decayed_gradient", "weight_decay"})
_SQUARES: frozenset[Role] = frozenset({"second_moment", "corrected_second_moment"})
"""What is drawn as an ellipse."""
_UNDRAWN: frozenset[Role] = NUMBERS | {"scale", "curvature"}
_OVERVIEW: dict[Role, str] = {
    "gradient": "gradient",
    "first_moment": "average",
    "corrected_first_moment": "average",
    "second_moment": "square",
    "corrected_second_moment": "square",
    "decayed_gradient": "decay",
    "weight_decay": "decay",
    "point": "point",
    "look_around_point": "point",
}
"""What is drawn of the step as a whole: the last term of each kind."""


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow from `tail` to `tip`, both of shape (2,); `faint` if it was made in an earlier phase."""

    tail: Array
    tip: Array
    role: Role
    label: str
    faint: bool = False


@dataclass(frozen=True, eq=False)
class Ellipse:
    """An ellipse around `centre` with half axes `half` along the coordinates, both of shape (2,)."""

    centre: Array
    half: Array
    role: Role
    label: str
    faint: bool = False


@dataclass(frozen=True, eq=False)
class Spot:
    """A place of interest, shape (2,)."""

    at: Array
    role: Role
    label: str
    faint: bool = False


AnatomyMark = Arrow | Ellipse | Spot


@dataclass(frozen=True, eq=False)
class AnatomyMarks:
    """The marks of one phase of one racer's step, by how much they are enlarged or reduced, and why there are none."""

    marks: tuple[AnatomyMark, ...]
    note: Text | None
    absent: Text | None = None

    @property
    def words(self) -> Text | None:
        """What is to be said beside the marks, or in their place."""
        return self.note or self.absent


def phase_marks(anatomy: Anatomy, phase: int | None, window: Window | None) -> AnatomyMarks:
    """Return the marks of phase number `phase` on a map of `window` (None: no map); of the whole step if None.

    Gradients and what is averaged of them point downhill, labelled with a minus sign, as that is where they push.
    Of more than one phase, what went into it is faint.
    """
    if window is None or anatomy.moment.x.size != 2:
        return AnatomyMarks((), None, _absent(anatomy.moment.x.size))
    sketch = _Sketch(anatomy, window)
    marks = tuple(sketch.whole() if phase is None else sketch.phase(anatomy.phases[phase]))
    shown = [mark for mark in marks if np.isfinite(np.concatenate(_ends(mark))).all()]
    return AnatomyMarks(tuple(shown), sketch.note())


def _absent(coordinates: int) -> Text:
    """Say why a point with another number of coordinates than two has no marks."""
    return Text(
        f"Arrows of a step need a map of two coordinates; the number of coordinates here is {coordinates}",
        f"更新の矢印は、座標が2つの等高線図にだけ描かれる(ここでの座標の数: {coordinates})",
    )


def _ends(mark: AnatomyMark) -> tuple[Array, ...]:
    if isinstance(mark, Arrow):
        return mark.tail, mark.tip
    return (mark.centre, mark.half) if isinstance(mark, Ellipse) else (mark.at,)


class _Sketch:
    """Lays the terms of one step out around the point."""

    def __init__(self, anatomy: Anatomy, window: Window) -> None:
        self._anatomy = anatomy
        self._x = anatomy.moment.x
        self._terms = {term.name: term for term in anatomy.moment.terms}
        self._size = np.array([window[1] - window[0], window[3] - window[2]])
        self._negated = self._pushes_back()
        self._scales: dict[str, float] = {}
        self._used: dict[str, str] = {}

    def note(self) -> Text | None:
        """Return by how much the marks drawn so far are enlarged or reduced; None if they are true."""
        # A label and its factor stay together where the note has to go on in a second line.
        parts = [f"{label}\u00a0×{tick_label(self._scales[group])}" for group, label in self._used.items()]
        return Text("Not to scale: " + ", ".join(parts), "縮尺: " + "、".join(parts)) if parts else None

    def whole(self) -> Iterator[AnatomyMark]:
        """The last term of each kind, and the move."""
        latest: dict[str, Term] = {}
        for term in self._anatomy.moment.terms:
            if term.role in _OVERVIEW:
                latest[_OVERVIEW[term.role]] = term
        for term in latest.values():
            yield from self._term(term, faint=False)
        yield from self._move()

    def phase(self, phase: Phase) -> Iterator[AnatomyMark]:
        """The phase's own term, and faint the terms that it is made of."""
        if phase.part == "here" or phase.part in NETWORK_PARTS:
            return
        if phase.part == "move":
            yield from self._move()
            return
        if phase.part == "kept":
            term = self._terms[phase.name]
            yield from self._vector(phase.value, term, self._signed(term, phase.label), False)
            return
        if phase.part == "downhill":
            yield from self._downhill(phase)
            return
        yield from self._made_of(phase)
        yield from self._term(self._terms[phase.name], faint=False)

    def _downhill(self, phase: Phase) -> Iterator[AnatomyMark]:
        turned = self._turned(phase)
        if turned is None:
            yield from self._made_of(phase)
            yield from self._arrow(self._x, phase.value, "turned", "direction", "", faint=False)
        else:
            # The very arrow of the term, in the colour of directions.
            self._scale(turned)
            label = f"−{plain(turned.symbol)}"
            yield from self._arrow(self._x, phase.value, _group(turned), "direction", label, faint=False)

    def _turned(self, phase: Phase) -> Term | None:
        """The term that is turned round, if it is one alone."""
        return self._terms.get(phase.sources[0]) if len(phase.sources) == 1 else None

    def _made_of(self, phase: Phase) -> Iterator[AnatomyMark]:
        term = self._terms[phase.name]
        kept = next(
            (other for other in self._anatomy.phases if other.part == "kept" and other.name == phase.name),
            None,
        )
        if phase.part == "term" and kept is not None and term.role in _GRADIENTS:
            # What is left of the old average, and from its tip what has been added.
            yield from self._vector(kept.value, term, "", True)
            foot = self._x + self._sign(term) * kept.value * self._scale(term)
            added = np.asarray(term.value) - kept.value
            source = None if term.average is None else self._terms.get(term.average.source)
            role: Role = source.role if source is not None else term.role
            yield from self._arrow(foot, self._sign(term) * added, _group(term), role, "", faint=True)
            return
        for name in phase.sources:
            other = self._terms.get(name)
            if other is not None and other.role != "scale":
                yield from self._term(other, faint=True)

    def _term(self, term: Term, *, faint: bool) -> Iterator[AnatomyMark]:
        if term.role in _UNDRAWN or np.shape(term.value) != (2,):
            return
        if term.role in ("point", "look_around_point"):
            yield Spot(np.asarray(term.value), "point", plain(term.symbol), faint)
        elif term.role == "last_step":
            yield Arrow(self._x - term.value, self._x, "last_step", plain(term.symbol), faint)
        else:
            yield from self._vector(np.asarray(term.value), term, self._label(term.name), faint)

    def _vector(self, value: Array, term: Term, label: str, faint: bool) -> Iterator[AnatomyMark]:
        """A value of the kind of `term`: an arrow, or for squares the ellipse of their roots."""
        if value.shape != (2,):
            return
        scale = self._scale(term)
        if term.role in _SQUARES:
            self._use("square", f"√{plain(term.symbol)}")
            with np.errstate(all="ignore"):
                yield Ellipse(self._x, np.sqrt(np.abs(value)) * scale, term.role, label, faint)
        else:
            yield from self._arrow(
                self._x, self._sign(term) * value, _group(term), term.role, label, faint=faint
            )

    def _arrow(
        self, tail: Array, direction: Array, group: str, role: Role, label: str, *, faint: bool
    ) -> Iterator[AnatomyMark]:
        if group not in self._scales:
            self._scales[group] = _fitting(self._length(direction))
        self._use(group, label)
        yield Arrow(tail, tail + direction * self._scales[group], role, label, faint)

    def _move(self) -> Iterator[AnatomyMark]:
        yield from self._term(self._anatomy.moment.terms[-1], faint=False)
        yield Spot(self._x + self._anatomy.step, "point", "")

    def _use(self, group: str, label: str) -> None:
        if label and self._scales.get(group, 1.0) != 1.0:
            self._used.setdefault(group, label)

    def _label(self, name: str) -> str:
        return self._signed(self._terms[name], plain(self._terms[name].symbol))

    def _signed(self, term: Term, label: str) -> str:
        return f"−{label}" if self._sign(term) < 0 else label

    def _sign(self, term: Term) -> float:
        downhill = term.role in _GRADIENTS or term.role in _DECAYS or term.name in self._negated
        return -1.0 if downhill else 1.0

    def _pushes_back(self) -> set[str]:
        """The directions that the step goes against, as it is minus a rate times them."""
        scaling = self._anatomy.moment.terms[-1].scaling
        if scaling is None:
            return set()
        return {
            name
            for name in sources(scaling.direction)
            if name in self._terms and self._terms[name].role == "direction"
        }

    def _scale(self, term: Term) -> float:
        """Return how much longer than itself a term is drawn; the same for all of a group, in every phase."""
        group = _group(term)
        if group not in self._scales:
            alike = [(other, other.value) for other in self._terms.values()]
            alike += [
                (self._terms[phase.name], phase.value)
                for phase in self._anatomy.phases
                if phase.part == "kept"
            ]
            lengths = [
                self._length(_extent(other, value))
                for other, value in alike
                if _group(other) == group and np.shape(value) == (2,)
            ]
            self._scales[group] = _fitting(max(lengths, default=0.0))
        return self._scales[group]

    def _length(self, direction: Array) -> float:
        """Return the length of a vector as a share of the window."""
        with np.errstate(all="ignore"):
            return float(np.hypot(*(direction / self._size)))


def _extent(term: Term, value: Array) -> Array:
    """How far `value`, of the kind of `term`, reaches before it is scaled."""
    with np.errstate(all="ignore"):
        return np.sqrt(np.abs(value)) if term.role in _SQUARES else value


def _group(term: Term) -> str:
    """Return which terms a term is drawn to the same scale with: gradients and their averages are of one kind."""
    if term.role in _GRADIENTS or term.role == "decayed_gradient":
        return "gradient"
    return "square" if term.role in _SQUARES else term.name


def _fitting(length: float) -> float:
    """Return 1 if a vector that long (as a share of the window) can be seen whole, else a round factor to fit it."""
    if not 0 < length < math.inf or SHORTEST <= length <= LONGEST:
        return 1.0
    wanted = FITTED / length
    if math.isinf(wanted):
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(round_ for round_ in (5 * power, 2 * power, power) if round_ <= wanted * (1 + 1e-9))
