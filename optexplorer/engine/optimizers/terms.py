r"""The terms of one step, in structured form: what an optimizer computes between gradient and step.

`Optimizer.explain` returns a tuple of `Term`, in the order of their computation; the last is the step. A term says
what it is (`role`), what it equals at this step (`value`), how it is computed (`formula`), and, where that is so, that
it is a moving average (`Average`), that it is minus a rate times a direction (`Scaling`) and how far each coordinate
moves per unit of gradient (`EffectiveRates`).

A formula is LaTeX with places for quantities, so that the same formula is shown with symbols and with numbers:

- `<name>` is a hyperparameter, an earlier term, `<x>` the point that the step leaves, `<start>` the first point,
  `<step>` the step itself, `<inner.name>` a hyperparameter of the optimizer inside a wrapper;
- `<name'>` is the value of that term one step before, `<x'>` the point one step before;
- `<(x)>` is a point as the argument of a function: `f<(x)>` is f(x_t), with numbers f(1, 2);
- `*` is a product: a thin space between symbols, a dot between numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.text import Text

Array = NDArray[np.float64]

Role = Literal[
    "gradient",
    "derived_gradient",
    "decayed_gradient",
    "weight_decay",
    "first_moment",
    "corrected_first_moment",
    "second_moment",
    "corrected_second_moment",
    "scale",
    "curvature",
    "rate",
    "factor",
    "direction",
    "point",
    "look_around_point",
    "last_step",
    "step",
]
"""What a term stands for; it decides the caption, the colour and the mark that show it.

gradient : evaluated at a point
derived_gradient : made of gradients: the difference of two of a pair, a gradient with coordinates left out
decayed_gradient : the gradient with weight decay added
weight_decay : what pulls the parameters towards zero, apart from the gradient
first_moment : a velocity, or an average, a sum or a change of gradients
corrected_first_moment : the same, corrected for its start at zero
second_moment : an average or a sum of squares
corrected_second_moment : the same, corrected for its start at zero
scale : what multiplies or divides each coordinate, a preconditioner of shape (n,)
curvature : a matrix of shape (n, n)
rate : a learning rate or step length made in this step, of shape ()
factor : another number of shape ()
direction : where the step or a part of it goes
point : a place in parameter space
look_around_point : a place in parameter space at which the gradient is evaluated
last_step : the step before this one
step : the step itself
"""

NUMBERS: frozenset[Role] = frozenset({"rate", "factor"})
"""Roles of shape (); "curvature" is of shape (n, n), all others are of shape (n,)."""

Writing = Literal["coordinates", "whole", "value", "condition"]
"""How a formula is shown with numbers.

coordinates : one line per coordinate, with the numbers put in (a number or a matrix as a whole)
whole : one line, vectors as columns and matrices as tables
value : nothing but the result, as the formula holds more than numbers
condition : as `value`, and with symbols the formula stands alone, as it names the symbol itself
"""


class Place(NamedTuple):
    """Where a quantity stands in a formula: the quantity `name`, or its value one step before."""

    name: str
    before: bool = False
    argument: bool = False
    """Whether it is a point as the argument of a function."""

    @property
    def key(self) -> str:
        """The name, with a prime for the value one step before."""
        return f"{self.name}'" if self.before else self.name

    def __str__(self) -> str:
        return f"<({self.key})>" if self.argument else f"<{self.key}>"


TIMES = "*"
_PLACE = re.compile(r"(<\([\w.]+'?\)>|<[\w.]+'?>|\*)")


@lru_cache(maxsize=4096)
def pieces(formula: str) -> tuple[str | Place, ...]:
    """Return a formula as its places, the products `TIMES` and the LaTeX between them."""
    return tuple(
        _place(part) if part.startswith("<") and part.endswith(">") else part for part in _split(formula)
    )


def _split(formula: str) -> list[str]:
    return [part for part in _PLACE.split(formula) if part]


def _place(text: str) -> Place:
    argument = text.startswith("<(")
    key = text[2:-2] if argument else text[1:-1]
    return Place(key.removesuffix("'"), key.endswith("'"), argument)


def sources(formula: str) -> tuple[str, ...]:
    """Return the keys of the quantities that a formula needs, each once."""
    return tuple(dict.fromkeys(piece.key for piece in pieces(formula) if isinstance(piece, Place)))


def renamed(formula: str, rename: Callable[[str], str]) -> str:
    """Return a formula whose quantities are called `rename(name)`."""
    return "".join(
        str(piece._replace(name=rename(piece.name)) if isinstance(piece, Place) else piece)
        for piece in pieces(formula)
    )


class Average(NamedTuple):
    """Says that a term keeps a share of its value one step before and adds something to it.

    Attributes
    ----------
    decay : the name of the hyperparameter that is the share kept
    source : the name of what is added to it
    root : whether the share is the square root of the hyperparameter
    """

    decay: str
    source: str
    root: bool = False

    @property
    def share(self) -> str:
        """The share kept, as a formula."""
        return rf"\sqrt{{<{self.decay}>}}" if self.root else f"<{self.decay}>"

    def kept(self, name: str) -> str:
        """Return what is kept of the term `name`, as a formula."""
        return f"{self.share}*<{name}'>"


class Scaling(NamedTuple):
    """Says that the step is minus a rate times a direction.

    Attributes
    ----------
    rate : the name of the rate: `lr` or a term of role "rate"
    direction : as a formula
    """

    rate: str
    direction: str


class EffectiveRates(NamedTuple):
    """How far each coordinate moves per unit of gradient: `step = -rates * along + rest`.

    Attributes
    ----------
    rates : shape (n,), the effective learning rate of each coordinate
    along : shape (n,), the gradient or average of gradients that they multiply
    rest : shape (n,), what is added to the step beside that, such as decoupled weight decay
    """

    rates: Array
    along: Array
    rest: Array


def effective_rates(rate: Array | float, along: Array, rest: Array | float = 0.0) -> EffectiveRates:
    """Return `EffectiveRates` with a rate that may be one for all coordinates, and no rest unless given."""
    shape = np.shape(along)
    return EffectiveRates(
        np.broadcast_to(np.asarray(rate, dtype=np.float64), shape),
        along,
        np.broadcast_to(np.asarray(rest, dtype=np.float64), shape),
    )


class Term(NamedTuple):
    """One named quantity in the computation of one step.

    Attributes
    ----------
    name : by which later formulas refer to it
    symbol : in LaTeX
    label : in words
    formula : how it is computed, see the module
    value : at this step
    role : what it stands for
    before : the value that `<name'>` stands for, of the shape of `value`
    writing : how the formula is shown with numbers
    equals : LaTeX of another way to write the formula, shown with symbols only
    average : if it is a moving average
    scaling, effective_rates : if it is the step and such a product
    """

    name: str
    symbol: str
    label: Text
    formula: str
    value: Array
    role: Role
    before: Array | None = None
    writing: Writing = "coordinates"
    equals: str = ""
    average: Average | None = None
    scaling: Scaling | None = None
    effective_rates: EffectiveRates | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of what it is computed from: terms, hyperparameters, points; with a prime, one step before."""
        return sources(self.formula)

    def renamed(self, rename: Callable[[str], str]) -> Term:
        """Return the same term with formulas whose quantities are called `rename(name)`; its own name stays."""
        average, scaling = self.average, self.scaling
        return self._replace(
            formula=renamed(self.formula, rename),
            average=None if average is None else average._replace(decay=rename(average.decay)),
            scaling=None if scaling is None else Scaling(scaling.rate, renamed(scaling.direction, rename)),
        )


AVERAGE = Text("average of gradients", "勾配の移動平均")
SQUARES = Text("average of squared gradients", "勾配の2乗の移動平均")
CORRECTED = Text("bias-corrected average of gradients", "バイアス補正した勾配の移動平均")
CORRECTED_SQUARE = Text("bias-corrected average of squares", "バイアス補正した2乗の移動平均")


def gradient_term(gradient: Array, before: Array | None = None) -> Term:
    """Return the term `g`, with which most explanations begin; `before` is the gradient one step before."""
    formula = r"\nabla f<(x)>"
    return Term("g", "g", Text("gradient", "勾配"), formula, gradient, "gradient", before, writing="whole")


def step_term(formula: str, step: Array, effective_rates: EffectiveRates | None = None) -> Term:
    """Return the term `step`, with which every explanation ends."""
    label = Text("step", "更新量")
    return Term("step", r"\Delta x", label, formula, step, "step", effective_rates=effective_rates)


def scaled_step_term(
    direction: str, step: Array, effective_rates: EffectiveRates | None = None, rate: str = "lr"
) -> Term:
    """Return the term `step` that is minus a rate times a direction, given as a formula."""
    term = step_term(f"-<{rate}>*{direction}", step, effective_rates)
    return term._replace(scaling=Scaling(rate, direction))


def decay_terms(rate: float, gradient: Array, x: Array) -> tuple[Term, ...]:
    """Return the term `d`, the gradient with weight decay; none if the rate is zero."""
    if not rate:
        return ()
    label = Text("gradient with weight decay", "重み減衰を加えた勾配")
    value = gradient + rate * x
    return (Term("d", "d", label, "<g> + <weight_decay>*<x>", value, "decayed_gradient"),)


def pull_terms(rate: float, x: Array) -> tuple[Term, ...]:
    """Return the term `w`, a weight decay that is kept apart from the gradient; none if the rate is zero."""
    if not rate:
        return ()
    label = Text("weight decay", "重み減衰")
    return (Term("w", "w", label, "<weight_decay>*<x>", rate * x, "weight_decay"),)


def velocity_term(velocity: Array, before: Array | None, source: str, dampened: bool) -> Term:
    """Return the term `v`, the velocity after this step's gradient has been added."""
    average = None if before is None else Average("momentum", source)
    if average is None:
        formula = f"<{source}>"
    elif dampened:
        formula = f"{average.kept('v')} + (1-<dampening>)*<{source}>"
    else:
        formula = f"{average.kept('v')} + <{source}>"
    label = Text("velocity", "速度")
    return Term("v", "v", label, formula, np.asarray(velocity), "first_moment", before, average=average)


def mean_term(mean: Array, before: Array | None, source: str = "g", decay: str = "beta1") -> Term:
    """Return the term `m`, the moving average of gradients."""
    average = Average(decay, source)
    formula = f"{average.kept('m')} + (1-<{decay}>)*<{source}>"
    return Term("m", "m", AVERAGE, formula, mean, "first_moment", before, average=average)


def square_term(
    square: Array, before: Array, source: str = "g", decay: str = "beta2", name: str = "v"
) -> Term:
    """Return the term `v`, the moving average of the squared term `source`."""
    average = Average(decay, source)
    formula = f"{average.kept(name)} + (1-<{decay}>)*<{source}>^2"
    return Term(name, name, SQUARES, formula, square, "second_moment", before, average=average)


def corrected_mean_term(mean: Array, beta1: float, t: int) -> Term:
    """Return the term `mh`, the average `m` corrected for its start at zero, after `t` steps."""
    formula, value = rf"\frac{{<m>}}{{1-<beta1>^{{{t}}}}}", mean / (1 - beta1**t)
    return Term("mh", r"\hat m", CORRECTED, formula, value, "corrected_first_moment")


def corrected_square_term(
    square: Array, beta2: float, t: int, source: str = "v", decay: str = "beta2"
) -> Term:
    """Return the term `vh`, the average `v` corrected for its start at zero, after `t` steps."""
    formula, value = rf"\frac{{<{source}>}}{{1-<{decay}>^{{{t}}}}}", square / (1 - beta2**t)
    return Term("vh", r"\hat v", CORRECTED_SQUARE, formula, value, "corrected_second_moment")


def scale_term(formula: str, value: Array) -> Term:
    """Return the term `r`, by which each coordinate of the step is divided."""
    return Term("r", "r", Text("scale of each coordinate", "座標ごとの尺度"), formula, value, "scale")


def direction_term(
    formula: str, value: Array, before: Array | None = None, writing: Writing = "coordinates"
) -> Term:
    """Return the term `p`, the direction in which the step goes."""
    label = Text("direction", "探索方向")
    return Term("p", "p", label, formula, value, "direction", before, writing=writing)
