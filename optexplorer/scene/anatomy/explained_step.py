"""The anatomy of one step: the phases in which an optimizer computes it, each with its equations.

The phases follow from what the optimizer says of its terms, see `optexplorer.engine.optimizers.terms`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optexplorer.engine.optimizers.terms import Array, Term, sources
from optexplorer.engine.replay import Moment, Replay
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.anatomy.backpropagation import network_phases, weight_symbol
from optexplorer.scene.anatomy.equations import Equations, Line, digits_for_change, in_colour, number, plain
from optexplorer.scene.anatomy.phase import Phase
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.network.network_step import ExplainedNetwork, explained_network
from optexplorer.text import Text

_HERE = Text("Where it stands", "いまいる点")
_DOWNHILL = Text("Turn downhill", "坂を下る向きにする")
_RATED = Text("Scale by the learning rate", "学習率を掛ける")
_MOVE = Text("Move", "点を動かす")


@dataclass(frozen=True, eq=False)
class Anatomy:
    """One step of one racer in its phases.

    Attributes
    ----------
    moment : the descent just before the step
    phases : from standing at the point to moving on
    rates : shape (n,), how far each coordinate moves per unit of gradient: its effective learning rate; None where
        the optimizer declares none or they are not finite
    selected : the place of the weight of a network whose numbers are written out; None without a network
    """

    moment: Moment
    phases: tuple[Phase, ...]
    rates: Array | None
    selected: int | None = None

    @property
    def step(self) -> Array:
        """The step itself, shape (n,)."""
        return self.moment.terms[-1].value


def explain_step(moment: Moment, network: ExplainedNetwork | None = None) -> Anatomy:
    """Return the anatomy of the step that follows `moment`; of a network with its forward and backward pass."""
    selected = None if network is None else network.selected
    equations = Equations(moment, selected)
    phases = [_standing(moment, equations, network)]
    if network is not None:
        phases += network_phases(network, moment.gradient)
    for term in moment.terms[:-1]:
        if term.average is not None and term.before is not None:
            phases.append(_kept_phase(term, equations))
        phases.append(_term_phase(term, equations, _caption(term)))
    step = moment.terms[-1]
    unscaled = _downhill_phase(moment, step, equations)
    if unscaled is not None:
        phases.append(unscaled)
    phases.append(_term_phase(step, equations, _caption(step) if unscaled is None else _RATED))
    phases.append(_moving(moment, equations))
    return Anatomy(moment, tuple(phases), _finite_rates(step), selected)


def _standing(moment: Moment, equations: Equations, network: ExplainedNetwork | None) -> Phase:
    with np.errstate(all="ignore"):
        change = float(moment.gradient @ moment.terms[-1].value)
    loss = number(moment.loss, digits=digits_for_change(moment.loss, change))
    numbers: tuple[Line, ...] = (Line(rf"{equations.result('x_t', moment.x)},\quad f(x_t) = {loss}"),)
    if network is not None:
        weight = in_colour("point", number(moment.x[network.selected]))
        numbers = (Line(f"{weight_symbol(network)} = {weight}"), *numbers)
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
        equations.numbers(symbol, term.formula, term.value, term.role, term.writing),
        np.asarray(term.value),
        term.role,
        term.sources,
    )


def _kept_phase(term: Term, equations: Equations) -> Phase:
    """The first half of updating an average: what is kept of the old one."""
    assert term.average is not None
    formula = term.average.kept(term.name)
    share, symbol = equations.share(term.average)
    value = share * np.asarray(term.before)
    return Phase(
        "kept",
        term.name,
        Text(f"Let the old {term.label.en} fade", f"これまでの{term.label.ja}を弱める"),
        equations.symbols(formula),
        equations.numbers("", formula, value, term.role),
        value,
        term.role,
        (f"{term.name}'",),
        f"{symbol}{plain(term.symbol)}",
    )


def _downhill_phase(moment: Moment, step: Term, equations: Equations) -> Phase | None:
    """The step before it is scaled, if it is a rate times a direction and the rate is not zero."""
    if step.scaling is None:
        return None
    rate = _rate(moment, step.scaling.rate)
    if not rate or not np.isfinite(rate):
        return None
    formula, value = f"-{step.scaling.direction}", step.value / rate
    return Phase(
        "downhill",
        step.name,
        _DOWNHILL,
        equations.symbols(formula),
        equations.numbers("", formula, value, "direction"),
        value,
        "direction",
        sources(formula),
    )


def _rate(moment: Moment, name: str) -> float:
    """Return the value of the rate `name`: a term's, or else the learning rate."""
    return next((float(term.value) for term in moment.terms if term.name == name), moment.lr)


def _caption(term: Term) -> Text:
    label = term.label
    if term.role == "gradient":
        return Text(f"Compute the {label.en}", f"{label.ja}を計算する")
    if f"{term.name}'" in term.sources:
        return Text(f"Update the {label.en}", f"{label.ja}を更新する")
    return Text(f"Find the {label.en}", f"{label.ja}を求める")


def _finite_rates(step: Term) -> Array | None:
    """The effective learning rates that the optimizer declares, if they are numbers."""
    declared = step.effective_rates
    return declared.rates if declared is not None and np.isfinite(declared.rates).all() else None


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
        for place in shown_racers(experiment):
            trajectory = trajectories[place] if place < len(trajectories) else None
            if trajectory is not None:
                step = min(max(playhead, 0), trajectory.steps)
                with self._lock:
                    moment = self._replay(experiment, place, trajectory).moment(step)
                found[place] = explain_step(moment, explained_network(experiment, trajectory, step))
        return found

    def _replay(self, experiment: Experiment, place: int, trajectory: Trajectory) -> Replay:
        run_spec = experiment.run_spec(experiment.racers[place])
        key = (run_spec, experiment.steps, trajectory)
        known = self._replays.get(place)
        if known is not None and known[0] == key:
            return known[1]
        replay = Replay(run_spec, trajectory, experiment.steps)
        self._replays[place] = (key, replay)
        return replay
