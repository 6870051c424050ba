"""A multilayer perceptron with settled shapes: its losses, and their derivatives by backpropagation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from optexplorer.engine.landscapes.models.data.base import DataError, Task
from optexplorer.engine.landscapes.models.predictors.base import Examples, Predictor
from optexplorer.engine.landscapes.models.predictors.network.activations import ActivationName
from optexplorer.engine.landscapes.models.predictors.network.batch_norm import (
    BatchNorm,
    FixedNorm,
    Statistics,
)
from optexplorer.engine.landscapes.models.predictors.network.dropout import masks
from optexplorer.engine.landscapes.models.predictors.network.initialisation import WEIGHTS, InitName
from optexplorer.engine.landscapes.models.predictors.network.layers import (
    Place,
    Placed,
    make_layers,
    with_masks,
)
from optexplorer.engine.landscapes.models.predictors.network.losses import (
    CrossEntropy,
    OutputLoss,
    SquaredError,
)
from optexplorer.engine.landscapes.models.predictors.network.step import Array, Operation, Step
from optexplorer.engine.landscapes.models.predictors.network.tracing import traced
from optexplorer.engine.landscapes.models.predictors.trace import LayerValues, Trace
from optexplorer.text import Text

MOST_EXAMPLE_GRADIENTS = 40_000_000
"""Most numbers in the gradients of examples that are made at once."""


@dataclass(frozen=True)
class NetworkSettings:
    """The settings of a network that do not follow from the data; what they mean says `MLP`."""

    activation: ActivationName
    init: InitName
    sigma: float
    seed: int
    weight_decay: float
    dropout: float
    batch_norm: bool


class Passed(NamedTuple):
    """A step that a batch went through: the arrays of its parameters, its input, and what its way back needs."""

    step: Step
    places: tuple[Place, ...]
    parameters: list[Array]
    inputs: Array
    kept: Any


class NetworkPredictor(Predictor):
    """A network from `sizes[0]` inputs to `sizes[-1]` outputs.

    Attributes
    ----------
    layers : the layers, from the inputs on
    output_loss : what the outputs cost
    settings : the settings it was made with
    """

    def __init__(self, sizes: Sequence[int], task: Task, settings: NetworkSettings) -> None:
        self.task, self.outputs, self.settings = task, sizes[-1], settings
        self.has_masks, self.couples_examples = settings.dropout > 0, settings.batch_norm
        self.layers, self.blocks = make_layers(sizes, settings.activation, settings.batch_norm)
        self.output_loss: OutputLoss = SquaredError() if task == "regression" else CrossEntropy()
        self._dimension = super().dimension
        self._steps = [step for layer in self.layers for step in layer.steps]

    @property
    def dimension(self) -> int:
        return self._dimension

    def initial(self) -> Array:
        theta = np.zeros(self.dimension)
        random = np.random.default_rng(self.settings.seed)
        for layer in self.layers:
            shape = (layer.units, layer.inputs)
            theta[layer.weight] = WEIGHTS[self.settings.init](random, shape, self.settings.sigma).ravel()
            if layer.norm is not None:
                theta[layer.norm.places[0].part] = 1.0
        return theta

    # Forward

    def loss(self, theta: Array, examples: Examples, reference: Array | None = None) -> float:
        outputs = self._value(self._asked(theta, examples.inputs, reference), theta, examples.inputs)
        return self.output_loss.value(outputs, examples.targets) + self.penalty(theta)

    def penalty(self, theta: Array) -> float:
        """Return what weight decay adds to the loss: λ/2 Σ W² over all weights, biases apart."""
        decay = self.settings.weight_decay
        if not decay:
            return 0.0
        return 0.5 * decay * sum(float(np.vdot(theta[part], theta[part])) for part in self._weights)

    @cached_property
    def _weights(self) -> list[slice]:
        return [layer.weight for layer in self.layers]

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        outputs = self._value(self._asked(theta, inputs, reference), theta, inputs)
        return self.output_loss.prediction(outputs)

    def evaluate(
        self, theta: Array, examples: Examples, reference: Array | None = None
    ) -> tuple[float, Array]:
        outputs = self._value(self._asked(theta, examples.inputs, reference), theta, examples.inputs)
        return self.output_loss.value(outputs, examples.targets) + self.penalty(theta), outputs

    def _value(self, steps: Iterable[Placed[Operation]], theta: Array, x: Array) -> Array:
        for step, places in steps:
            x = step.value(x, [place.of(theta) for place in places])
        return x

    def _asked(self, theta: Array, inputs: Array, reference: Array | None) -> Sequence[Placed[Operation]]:
        """Return the steps by which inputs are answered: batch normalisation with the statistics of `reference`."""
        if reference is None or reference is inputs or not self.couples_examples:
            return self._steps
        steps: list[Placed[Operation]] = []
        x = reference
        for step, places in self._steps:
            placed = Placed[Operation](
                FixedNorm(Statistics.of(x)) if isinstance(step, BatchNorm) else step, places
            )
            x = self._value([placed], theta, x)
            steps.append(placed)
        return steps

    def layer_values(
        self, theta: Array, inputs: Array, reference: Array | None = None
    ) -> tuple[LayerValues, ...]:
        """Return what each layer computes of inputs, shape (N, features); `reference` as in `predict`."""
        steps = iter(self._asked(theta, inputs, reference))
        found, x = [], inputs
        for layer in self.layers:
            sums = x = self._value([next(steps)], theta, x)
            for _ in layer.steps[1:]:
                x = self._value([next(steps)], theta, x.copy())
            found.append(LayerValues(layer.name, sums, x))
        return tuple(found)

    # Backward

    def loss_and_gradient(
        self, theta: Array, examples: Examples, mask_seed: int | None = None
    ) -> tuple[float, Array]:
        outputs, passed = self.forward(theta, examples.inputs, self.training_steps(examples, mask_seed))
        loss, slope = self.output_loss.value_and_slope(outputs, examples.targets)
        gradient = np.empty(self._dimension)
        for step, places, parameters, _, kept in reversed(passed):
            slope = step.backward(slope, kept, parameters, [place.of(gradient) for place in places])
        if self.settings.weight_decay:
            loss += self.penalty(theta)
            self._add_decay(gradient, theta)
        return loss, gradient

    def training_steps(self, examples: Examples, mask_seed: int | None) -> list[Placed[Step]]:
        """Return the steps of a mini-batch; with dropout, and a seed, its masks are among them."""
        if mask_seed is None or not self.has_masks:
            return self._steps
        units = [layer.units for layer in self.layers[:-1]]
        return with_masks(self.layers, masks(mask_seed, self.settings.dropout, len(examples.inputs), units))

    def forward(self, theta: Array, x: Array, steps: Iterable[Placed[Step]]) -> tuple[Array, list[Passed]]:
        """Return the outputs, shape (N, outputs), and what the way back needs of each step."""
        passed = []
        for step, places in steps:
            parameters = [place.of(theta) for place in places]
            y, kept = step.forward(x, parameters)
            passed.append(Passed(step, places, parameters, x, kept))
            x = y
        return x, passed

    def _add_decay(self, gradient: Array, theta: Array) -> None:
        """Add λ W for all weights to a gradient, shape (n,) or (N, n)."""
        for part in self._weights:
            gradient[..., part] += self.settings.weight_decay * theta[part]

    def example_gradients(self, theta: Array, examples: Examples) -> Array:
        count = len(examples.inputs)
        if self.couples_examples:
            return super().example_gradients(theta, examples)
        if count * self.dimension > MOST_EXAMPLE_GRADIENTS:
            raise DataError(_too_many_gradients(count, self.dimension))
        outputs, passed = self.forward(theta, examples.inputs, self._steps)
        slope = count * self.output_loss.value_and_slope(outputs, examples.targets)[1]
        found, of_all = np.empty((count, self.dimension)), np.empty(self.dimension)
        for step, places, parameters, x, kept in reversed(passed):
            if places:
                weight, bias = places
                by_weight = found[:, weight.part].reshape(count, slope.shape[1], x.shape[1])
                np.multiply(slope[:, :, np.newaxis], x[:, np.newaxis, :], out=by_weight)
                found[:, bias.part] = slope
            slope = step.backward(slope, kept, parameters, [place.of(of_all) for place in places])
        if self.settings.weight_decay:
            self._add_decay(found, theta)
        return found

    def trace(self, theta: Array, examples: Examples, mask_seed: int | None = None) -> Trace:
        return traced(self, theta, examples, mask_seed)

    # Second derivatives

    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        outputs, passed = self.forward(theta, examples.inputs, self._steps)
        moved, all_moved = None, []
        for step, places, parameters, _, kept in passed:
            directions = [place.of(direction) for place in places]
            moved, kept_moved = step.forward_moved(moved, kept, parameters, directions)
            all_moved.append((directions, kept_moved))
        assert moved is not None
        slopes = (
            self.output_loss.value_and_slope(outputs, examples.targets)[1],
            self.output_loss.moved_slope(outputs, moved),
        )
        product = np.empty(self.dimension)
        for one, (directions, kept_moved) in zip(reversed(passed), reversed(all_moved), strict=True):
            products = [place.of(product) for place in one.places]
            slopes = one.step.backward_moved(
                slopes, (one.kept, kept_moved), one.parameters, directions, products
            )
        if self.settings.weight_decay:
            self._add_decay(product, direction)
        return product


def _too_many_gradients(count: int, parameters: int) -> Text:
    most = MOST_EXAMPLE_GRADIENTS // parameters
    return Text(
        f"the gradients of {count} examples by {parameters} parameters are too many numbers; right are at most {most} "
        "examples at once",
        f"データ{count}個それぞれの、パラメータ{parameters}個の勾配は多すぎる。データを一度に{most}個までにする",
    )
