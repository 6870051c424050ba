"""Linear regression: a weighted sum of the features, fitted with squared, absolute or Huber loss."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.text import Text

LossName = Literal["squared", "absolute", "huber"]
POINTS_AT_ONCE = 1 << 18
"""Most numbers of residuals that are made at once."""


class LinearPredictor(Predictor):
    """Predicts Σ w_i x_i + b; the parameters are the weights, then b if there is a bias."""

    task: Task = "regression"
    outputs = 1

    def __init__(self, features: int, bias: bool, loss: LossName, delta: float) -> None:
        names = ["w"] if features == 1 else [f"w{i + 1}" for i in range(features)]
        self.blocks = tuple(Block(name, ()) for name in [*names, *(["b"] if bias else [])])
        self._features, self._bias, self._loss, self._delta = features, bias, loss, delta

    def initial(self) -> Array:
        return np.zeros(self.dimension)

    def _residuals(self, thetas: Array, examples: Examples) -> Array:
        """Return predictions less targets, shape (k, N), for parameters of shape (n, k)."""
        total = np.zeros((thetas.shape[1], len(examples.inputs)))
        for i in range(self._features):
            total += thetas[i][:, np.newaxis] * examples.inputs[:, i]
        if self._bias:
            total += thetas[-1][:, np.newaxis]
        total -= examples.targets
        return total

    def _losses(self, residuals: Array) -> Array:
        if self._loss == "squared":
            each = residuals * residuals
        else:
            size = np.abs(residuals)
            each = size if self._loss == "absolute" else self._huber(residuals, size)
        # Along the last axis each sum is the same to the bit, however many stand beside it.
        mean: Array = each.sum(axis=-1) / residuals.shape[-1]
        return mean

    def _huber(self, residuals: Array, size: Array) -> Array:
        d = self._delta
        return np.where(size <= d, 0.5 * residuals * residuals, d * (size - 0.5 * d))

    def _slopes(self, residuals: Array) -> Array:
        """Return the derivative of each example's loss by its prediction."""
        if self._loss == "squared":
            return 2.0 * residuals
        if self._loss == "absolute":
            return np.sign(residuals)
        return np.clip(residuals, -self._delta, self._delta)

    def _bends(self, residuals: Array) -> Array:
        """Return the second derivative of each example's loss by its prediction."""
        if self._loss == "squared":
            return np.full_like(residuals, 2.0)
        if self._loss == "absolute":
            return np.zeros_like(residuals)
        return (np.abs(residuals) <= self._delta).astype(np.float64)

    def _back(self, slopes: Array, examples: Examples) -> Array:
        """Return the gradients, shape (n, k), from derivatives by the predictions, shape (k, N)."""
        count = slopes.shape[-1]
        found = [(slopes * examples.inputs[:, i]).sum(axis=-1) / count for i in range(self._features)]
        if self._bias:
            found.append(slopes.sum(axis=-1) / count)
        return np.array(found)

    def loss(self, theta: Array, examples: Examples, reference: Array | None = None) -> float:
        return float(self._losses(self._residuals(theta[:, np.newaxis], examples))[0])

    def losses(self, thetas: Array, examples: Examples) -> Array:
        width = max(1, POINTS_AT_ONCE // len(examples.inputs))
        found = [
            self._losses(self._residuals(thetas[:, first : first + width], examples))
            for first in range(0, thetas.shape[1], width)
        ]
        return np.concatenate(found) if found else np.empty(0)

    def loss_and_gradient(
        self, theta: Array, examples: Examples, mask_seed: int | None = None
    ) -> tuple[float, Array]:
        residuals = self._residuals(theta[:, np.newaxis], examples)
        return float(self._losses(residuals)[0]), self._back(self._slopes(residuals), examples)[:, 0]

    def gradients(self, thetas: Array, examples: Examples) -> Array:
        width = max(1, POINTS_AT_ONCE // len(examples.inputs))
        found = [
            self._back(self._slopes(self._residuals(thetas[:, first : first + width], examples)), examples)
            for first in range(0, thetas.shape[1], width)
        ]
        return np.concatenate(found, axis=1) if found else np.empty(thetas.shape)

    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        bends = self._bends(self._residuals(theta[:, np.newaxis], examples))
        moved = self._residuals(direction[:, np.newaxis], examples._replace(targets=np.zeros(1)))
        return self._back(bends * moved, examples)[:, 0]

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        return self._residuals(theta[:, np.newaxis], Examples(inputs, np.zeros(1))).T


class Linear(Model):
    """Linear regression: y = Σ w_i x_i + b."""

    id: ClassVar[str] = "linear"
    title: ClassVar[Text] = Text("Linear regression", "線形回帰")
    idea: ClassVar[Text] = Text(
        "A straight line, or plane, through the data. Its loss is a bowl, whose shape the data decide.",
        "データに直線や平面を当てはめる。損失はお椀形になり、その形はデータで決まる。",
    )
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)

    loss: LossName = hyperparameter(
        "squared",
        "L",
        Text("Loss", "損失"),
        Text(
            "What counts as an error: its square, its size, or Huber's mixture of both.",
            "誤差の測り方。2乗、絶対値、またはその中間のHuber損失。",
        ),
    )
    delta: float = hyperparameter(
        1.0,
        r"\delta",
        Text("Huber's δ", "Huberのδ"),
        Text("Errors larger than this count by their size.", "これより大きい誤差は絶対値で測る。"),
        gt=0,
        le=1e6,
        logarithmic=True,
    )
    bias: bool = hyperparameter(
        True,
        "b",
        Text("Bias", "バイアス"),
        Text("Whether a constant is added.", "定数項を加えるかどうか。"),
    )

    def predictor(self, data: Dataset) -> LinearPredictor:
        return LinearPredictor(data.features, self.bias, self.loss, self.delta)

    def latex(self, data: Dataset) -> str:
        terms = "w x_i" if data.features == 1 else r"\mathbf{w} \cdot \mathbf{x}_i"
        error = f"{terms} + b - y_i" if self.bias else f"{terms} - y_i"
        if self.loss == "squared":
            each = rf"\left({error}\right)^2"
        elif self.loss == "absolute":
            each = rf"\left|{error}\right|"
        else:
            each = rf"H_\delta\left({error}\right)"
        return rf"\frac{{1}}{{N}} \sum_{{i=1}}^{{N}} {each}"

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        return tuple((-4.0, 4.0) for _ in range(predictor.dimension))

    def minimum(self, predictor: Predictor, examples: Examples) -> Array | None:
        if self.loss != "squared":
            return None
        columns = [examples.inputs, *([np.ones((len(examples.inputs), 1))] if self.bias else [])]
        found, _, rank, _ = np.linalg.lstsq(np.hstack(columns), examples.targets, rcond=None)
        return np.asarray(found, dtype=np.float64) if rank == predictor.dimension else None
