"""The smallest deep network: two layers of one weight each."""

from __future__ import annotations

import math
from typing import ClassVar, Literal, get_args

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.engine.landscapes.models.predictors.framing import MARGIN, SATURATED, around_zero
from optexplorer.engine.landscapes.models.predictors.many_points import ManyPointsPredictor
from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATION_WORDS, ACTIVATIONS
from optexplorer.engine.landscapes.models.predictors.requirements import need_one_feature
from optexplorer.text import Text

HiddenActivation = Literal["identity", "tanh", "sigmoid", "relu", "gelu"]

START = (-1.6, 1.5)
"""Beside the line that leads straight into the saddle at zero."""


class TwoLayerPredictor(ManyPointsPredictor):
    """Predicts w₂ φ(w₁ x); an error costs its square."""

    task: Task = "regression"
    outputs = 1
    blocks = (Block("w1", ()), Block("w2", ()))

    def __init__(self, activation: HiddenActivation) -> None:
        self._activation = ACTIVATIONS[activation]

    def initial(self) -> Array:
        return np.array(START)

    def losses_at_once(self, thetas: Array, examples: Examples) -> Array:
        losses: Array = np.square(self._predictions(thetas, examples.inputs) - examples.targets).mean(axis=-1)
        return losses

    def _predictions(self, thetas: Array, inputs: Array) -> Array:
        """Return w₂ φ(w₁ x), shape (k, N)."""
        first, second = thetas[:, :, np.newaxis]
        predictions: Array = second * self._activation.value(first * inputs[:, 0])
        return predictions

    def losses_and_gradients_at_once(self, thetas: Array, examples: Examples) -> tuple[Array, Array]:
        (first, second), x = thetas[:, :, np.newaxis], examples.inputs[:, 0]
        values, slopes = self._activation.value_and_slope(first * x)
        errors = second * values - examples.targets
        by_first = (errors * slopes * x).mean(axis=-1) * second[:, 0]
        by_second = (errors * values).mean(axis=-1)
        return np.square(errors).mean(axis=-1), 2.0 * np.array([by_first, by_second])

    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        (first, second), (along_first, along_second), x = theta, direction, examples.inputs[:, 0]
        values, slopes = self._activation.value_and_slope(first * x)
        moved_values = slopes * x * along_first
        moved_slopes = self._activation.bend(first * x) * x * along_first
        errors = second * values - examples.targets
        moved_errors = along_second * values + second * moved_values
        by_first = (moved_errors * second + errors * along_second) * slopes + errors * second * moved_slopes
        by_second = moved_errors * values + errors * moved_values
        return 2.0 * np.array([(by_first * x).mean(), by_second.mean()])

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        return self._predictions(theta[:, np.newaxis], inputs).T


class TwoLayer(Model):
    """Two layers of one weight each: y = w₂ φ(w₁ x)."""

    id: ClassVar[str] = "two-layer"
    title: ClassVar[Text] = Text("Two layers of one weight", "重み1つずつの2層")
    idea: ClassVar[Text] = Text(
        "The smallest deep network. Both weights at zero make a saddle, and every pair with the same product is as good: "
        "the minima form curves, flat in places and steep in others.",
        "最小の深層ネットワーク。2つの重みがともに0の点は鞍点になる。積が同じなら予測も同じなので、最小点は曲線上に並び、"
        "場所によって緩やかにも急にもなる。",
    )
    reference: ClassVar[str] = (
        "Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of learning in deep linear neural "
        "networks."
    )
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)

    activation: HiddenActivation = hyperparameter(
        "identity",
        r"\varphi",
        Text("Activation", "活性化関数"),
        Text("What the hidden neuron makes of w₁ x.", "隠れ層のニューロンがw₁xに適用する関数。"),
        choices={
            name: ACTIVATION_WORDS[name] for name in get_args(HiddenActivation) if name in ACTIVATION_WORDS
        },
    )

    def predictor(self, data: Dataset) -> TwoLayerPredictor:
        need_one_feature(self, data)
        return TwoLayerPredictor(self.activation)

    def latex(self, data: Dataset) -> str:
        hidden = "w_1 x_i"
        if self.activation != "identity":
            hidden = rf"{ACTIVATIONS[self.activation].symbol}\left({hidden}\right)"
        return rf"\frac{{1}}{{N}} \sum_{{i=1}}^{{N}} \left(w_2 {hidden} - y_i\right)^2"

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        seen = MARGIN * float(np.abs(start).max())
        if self.activation in ("tanh", "sigmoid"):
            x, y = float(np.abs(examples.inputs).max()), float(np.abs(examples.targets).max())
            return around_zero(max(SATURATED / x if x else 0.0, seen), max(2 * y, seen))
        reach = max(seen, 2 * math.sqrt(abs(_best_product(examples))))
        return around_zero(reach, reach)

    def minimum(self, predictor: Predictor, examples: Examples) -> Array | None:
        product = _best_product(examples)
        if self.activation != "identity" or not product:
            return None
        size = math.sqrt(abs(product))
        return np.array([size, math.copysign(size, product)])


def _best_product(examples: Examples) -> float:
    """Return the slope of the best line through zero."""
    x = examples.inputs[:, 0]
    square = float(x @ x)
    return float(x @ examples.targets) / square if square else 0.0
