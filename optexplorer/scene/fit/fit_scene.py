"""The fit: what racers predict of the data at one step, as values that painters draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.scene.fit.examples import DrawnExamples
from optexplorer.text import Text

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Window = tuple[float, float, float, float]
"""What a plot shows: (x low, x high, y low, y high)."""

FitKind = Literal["line", "probability", "field", "regions", "scatter", "confusion"]
"""How a fit is drawn.

`line`: numbers over one feature, as curves. `probability`: classes over one feature, as curves of their probability.
`field`: numbers over two features, as colours. `regions`: classes over two features. `scatter`: numbers predicted of
more features against the true ones. `confusion`: classes of more features, as a matrix of true and predicted classes.
"""


class Curves(NamedTuple):
    """Predictions over one feature: `x` of shape (m,), `y` of shape (m, lines); NaN where they are not finite."""

    x: Array
    y: Array


class Regions(NamedTuple):
    """Which class is predicted on a grid over two features; the first row is the lowest.

    Attributes
    ----------
    winner : shape (rows, columns), the most probable class; −1 where no probability is finite
    sureness : shape (rows, columns), from 0 (all classes are equally probable) to 1
    boundary : lines of shape (k, 2), in the units of the data, along which two classes are equally probable
    """

    winner: NDArray[np.int16]
    sureness: Array
    boundary: tuple[Array, ...]


class WorstExample(NamedTuple):
    """An example that is predicted badly: its place in the data, its class, the predicted one, and its own loss."""

    place: int
    true: int
    predicted: int
    loss: float
    held_out: bool


class Confusion(NamedTuple):
    """How often examples of each class are taken for each: rows are true classes, columns predicted ones."""

    training: NDArray[np.int64]
    held_out: NDArray[np.int64] | None
    worst: tuple[WorstExample, ...]


@dataclass(frozen=True, eq=False)
class RacerFit:
    """What one racer predicts; what its kind of fit does not show is None.

    Attributes
    ----------
    number, name, colour, variant : of the racer, as its path in a scene has them
    step : the step whose parameters predict: the playhead's, or the racer's last
    problem : why nothing can be predicted; None if it can
    batch : the examples of the mini-batch from which the next step is taken, as places in the data; empty if the
        gradient is that of all examples
    has_batches : whether its steps see mini-batches, at whatever step it is
    predicted : shape (k,), numbers predicted of the drawn examples
    curves, regions, confusion : see their classes
    surface : shape (rows, columns), numbers predicted on a grid over two features; the first row is the lowest
    """

    number: int
    name: Text
    colour: str
    variant: int
    step: int
    problem: Text | None = None
    batch: Places = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    has_batches: bool = False
    predicted: Array | None = None
    curves: Curves | None = None
    surface: Array | None = None
    regions: Regions | None = None
    confusion: Confusion | None = None


@dataclass(frozen=True, eq=False)
class FitScene:
    """The data, and what racers predict of them at one step.

    Attributes
    ----------
    kind : how it is drawn
    step : the step of the playhead that is shown
    examples : the examples that are drawn
    window : what the plots show; grids cover it, their outermost points lie on its edges
    racers : those that are shown
    left_out : how many visible racers are not shown, because so many panels would be too small
    lit : the racer whose residuals are drawn: in the spotlight, or the only one
    """

    landscape: ModelLandscape
    kind: FitKind
    step: int
    examples: DrawnExamples
    window: Window
    racers: tuple[RacerFit, ...]
    left_out: int = 0
    lit: int | None = None

    @property
    def shares_plot(self) -> bool:
        """Whether all racers are drawn in one plot; else each has a panel of its own."""
        return self.kind == "line" or (self.kind == "probability" and len(self.landscape.data.classes) == 2)

    @property
    def is_editable(self) -> bool:
        """Whether a place in a plot says all of an example, so that examples can be put there by hand."""
        return self.kind in ("line", "regions") and not self.examples.thinned
