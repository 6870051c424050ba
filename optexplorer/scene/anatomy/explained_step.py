"""The anatomy of one step: the phases in which an optimizer makes it, each with its equations."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optexplorer.engine.optimizers.base import Array, Role, Term
from optexplorer.engine.replay import Moment, Replay
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.anatomy.equations import Equations, Line
from optexplorer.text import Text

Part = Literal["here", "kept", "term", "downhill", "move"]
"""What is done in a phase: stand at the point, keep a share of an old average, make a term, turn round, move."""

MOST_SHOWN = 2
"""Racers whose anatomy is shown side by side."""

_KEPT = re.compile(r"^(<[\w.]+>|\\sqrt\{<[\w.]+>\})\\,<(\w+)'> \+ ")
_RATE = re.compile(r"^-<(\w+)>(?:\\,)?(.+)$", re.DOTALL)
_DENOMINATOR = re.compile(r"\}\{<(\w+)>\}")
_NUMERATOR = re.compile(r"\\frac\{<(\w+)>\}")

_HERE = Text("Where it stands", "いまいる点")
_DOWNHILL = Text("Turn downhill", "坂を下る向きにする")
_RATED = Text("Scale by the learning rate", "学習率を掛ける")
_MOVE = Text("Move", "点を動かす")


@dataclass(frozen=True, eq=False)
class Phase:
    """One phase of a step.

    Attributes
    ----------
    part : what is done
    name : of the term that it makes or works on; empty where it stands and where it moves
    caption : in words
    symbols : the equation as LaTeX, colours named after roles
    numbers : the same with this step's numbers, in one line or one per coordinate
    value : what comes out of it, of the shape of the term
    role : what that stands for
    sources : the names of the terms that it needs; with a prime, their values of the step before
    """

    part: Part
    name: str
    caption: Text
    symbols: str
    numbers: tuple[Line, ...]
    value: Array
    role: Role
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Anatomy:
    """One step of one racer, laid open.

    Attributes
    ----------
    moment : the descent just before the step
    phases : from standing at the point to moving on
    rates : shape (n,), how far each coordinate goes per unit of gradient: the effective learning rate per axis;
        None where the step is no such product
    """

    moment: Moment
    phases: tuple[Phase, ...]
    rates: Array | None

    @property
    def step(self) -> Array:
        """The step itself, shape (n,)."""
        return self.moment.terms[-1].value


def dissect(moment: Moment) -> Anatomy:
    """Return the anatomy of the step that follows `moment`."""
    equations = Equations(moment)
    phases = [_standing(moment, equations)]
    for term in moment.terms[:-1]:
        kept = _kept_phase(term, equations)
        if kept is not None:
            phases.append(kept)
        phases.append(_term_phase(term, equations, _caption(term)))
    step = moment.terms[-1]
    turned = _downhill_phase(moment, step, equations)
    if turned is not None:
        phases.append(turned)
    phases.append(_term_phase(step, equations, _RATED if turned is not None else _caption(step)))
    phases.append(_moving(moment, equations))
    return Anatomy(moment, tuple(phases), _effective_rates(moment))


def _standing(moment: Moment, equations: Equations) -> Phase:
    place, loss = equations.result("x_t", moment.x), equations.result("f(x_t)", moment.loss)
    numbers = (Line(rf"{place},\quad {loss}"),)
    return Phase("here", "", _HERE, r"x_t,\quad f(x_t)", numbers, moment.x, "point", ())


def _moving(moment: Moment, equations: Equations) -> Phase:
    symbols = equations.symbols(r"x_{t+1} = <x> + <step>")
    with np.errstate(all="ignore"):
        reached = moment.x + moment.terms[-1].value
    numbers = equations.numbers("", "<x> + <step>", reached, "point")
    return Phase("move", "", _MOVE, symbols, numbers, reached, "point", ("x", "step"))


def _term_phase(term: Term, equations: Equations, caption: Text) -> Phase:
    symbol = equations.symbol(term)
    return Phase(
        "term",
        term.name,
        caption,
        equations.equation(term),
        equations.numbers(symbol, term.formula, term.value, term.role),
        np.asarray(term.value),
        term.role,
        _sources(term.formula),
    )


def _kept_phase(term: Term, equations: Equations) -> Phase | None:
    """The first half of updating an average: what is left of the old one."""
    match = _KEPT.match(term.formula)
    if match is None or match[2] != term.name or term.before is None:
        return None
    formula = match[0].removesuffix(" + ")
    share = equations.factor(match[1])
    caption = Text(f"Let the old {term.label.en} fade", f"これまでの{term.label.ja}を弱める")
    kept = share * np.asarray(term.before)
    return Phase(
        "kept",
        term.name,
        caption,
        equations.symbols(formula),
        equations.numbers("", formula, kept, term.role),
        kept,
        term.role,
        (f"{term.name}'",),
    )


def _downhill_phase(moment: Moment, step: Term, equations: Equations) -> Phase | None:
    """The step before its length is scaled, if it is a rate times a direction."""
    match = _RATE.match(step.formula)
    if match is None:
        return None
    known = {term.name: float(term.value) for term in moment.terms if term.role == "factor"}
    rate = known.get(match[1], moment.lr if match[1] == "lr" else 0.0)
    if not rate or not np.isfinite(rate) or _splits(match[2]):
        return None
    formula = f"-{match[2]}"
    value = step.value / rate
    return Phase(
        "downhill",
        step.name,
        _DOWNHILL,
        equations.symbols(formula),
        equations.numbers("", formula, value, "direction"),
        value,
        "direction",
        _sources(formula),
    )


def _splits(formula: str) -> bool:
    """Whether a sum stands outside of all brackets, so that a factor before it does not reach its end."""
    depth = 0
    for character in formula.replace(r"\left(", "(").replace(r"\right)", ")"):
        depth += (character in "({") - (character in ")}")
        if depth == 0 and character in "+-":
            return True
    return False


def _caption(term: Term) -> Text:
    label = term.label
    if term.role == "gradient" and term.formula.startswith(r"\nabla"):
        return Text(f"Compute the {label.en}", f"{label.ja}を計算する")
    if f"<{term.name}'>" in term.formula:
        return Text(f"Update the {label.en}", f"{label.ja}を更新する")
    return Text(f"Find the {label.en}", f"{label.ja}を求める")


def _sources(formula: str) -> tuple[str, ...]:
    names = re.findall(r"<([\w.]+'?)>", formula)
    return tuple(dict.fromkeys(names))


def _effective_rates(moment: Moment) -> Array | None:
    """How far each coordinate goes per unit of gradient.

    Where the step divides by a scale of each coordinate, the rate over that scale; else the rate itself, where the
    step is the rate times a direction.
    """
    step = moment.terms[-1]
    match = _RATE.match(step.formula)
    if match is None:
        return None
    terms = {term.name: term for term in moment.terms}
    rate = terms[match[1]].value if match[1] in terms else np.asarray(moment.lr)
    formulas = [step.formula] + [term.formula for term in moment.terms if term.role == "direction"]
    if any(word in formula for word in ("sign", "clip") for formula in formulas):
        return None
    rates = np.asarray(rate) * np.ones(step.value.size)
    with np.errstate(all="ignore"):
        for formula in formulas:
            for name in _DENOMINATOR.findall(formula):
                if name in terms and terms[name].role == "scale":
                    rates = rates / terms[name].value
            for name in _NUMERATOR.findall(formula):
                if name in terms and terms[name].role == "scale":
                    rates = rates * terms[name].value
    return rates if np.isfinite(rates).all() else None


def shown_racers(experiment: Experiment) -> tuple[int, ...]:
    """Return the numbers of the racers whose anatomy is shown.

    Those chosen that are visible; if there are none, the one in the spotlight, or the first.
    """
    visible = [number for number, racer in enumerate(experiment.racers) if racer.visible]
    chosen = tuple(number for number in experiment.appearance.anatomy_racers if number in visible)
    lit = tuple(number for number in visible if number == experiment.appearance.spotlight)
    return chosen[:MOST_SHOWN] or lit or tuple(visible[:1])


class StepExplainer:
    """Makes anatomies of the racers that an experiment shows; remembers their replays. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replays: dict[int, tuple[tuple[object, ...], Replay]] = {}

    def anatomies(
        self, experiment: Experiment, trajectories: Sequence[Trajectory | None], playhead: int
    ) -> dict[int, Anatomy]:
        """Return the anatomies at `playhead` by the racers' numbers; nothing if the experiment shows none.

        A racer that has ended shows the step that would come next.
        """
        if not experiment.appearance.anatomy:
            return {}
        found = {}
        for number in shown_racers(experiment):
            trajectory = trajectories[number] if number < len(trajectories) else None
            if trajectory is not None:
                step = min(max(playhead, 0), trajectory.steps)
                with self._lock:
                    moment = self._replay(experiment, number, trajectory).moment(step)
                found[number] = dissect(moment)
        return found

    def _replay(self, experiment: Experiment, number: int, trajectory: Trajectory) -> Replay:
        run_spec = experiment.run_spec(experiment.racers[number])
        key = (run_spec, experiment.steps, trajectory)
        known = self._replays.get(number)
        if known is not None and known[0] == key:
            return known[1]
        replay = Replay(run_spec, trajectory, experiment.steps)
        self._replays[number] = (key, replay)
        return replay
