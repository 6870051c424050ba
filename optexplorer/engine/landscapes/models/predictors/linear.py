"""Linear regression: a weighted sum of the features, fitted with squared, absolute or Huber loss."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.engine.landscapes.models.predictors.framing import framed
from optexplorer.engine.landscapes.models.predictors.weighted_sum import WeightedSumPredictor
from optexplorer.text import Text

LossName = Literal["squared", "absolute", "huber"]

REWEIGHTINGS = 30
"""Least-squares solutions on the way to the minimum of another loss."""


class LinearPredictor(WeightedSumPredictor):
    """Predicts the score itself."""

    task: Task = "regression"

    def __init__(self, features: int, bias: bool, loss: LossName, delta: float) -> None:
        super().__init__(features, bias)
        self._loss, self._delta = loss, delta

    def each(self, scores: Array, targets: Array) -> Array:
        return self._costs(scores - targets)

    def each_and_slopes(self, scores: Array, targets: Array) -> tuple[Array, Array]:
        errors = scores - targets
        return self._costs(errors), self.slopes(errors)

    def _costs(self, errors: Array) -> Array:
        if self._loss == "squared":
            return errors * errors
        size = np.abs(errors)
        if self._loss == "absolute":
            return size
        d = self._delta
        return np.where(size <= d, 0.5 * errors * errors, d * (size - 0.5 * d))

    def slopes(self, errors: Array) -> Array:
        """Return the derivative of the loss by the error, shape of `errors`."""
        if self._loss == "squared":
            return 2.0 * errors
        if self._loss == "absolute":
            return np.sign(errors)
        return np.clip(errors, -self._delta, self._delta)

    def bends(self, scores: Array, targets: Array) -> Array:
        if self._loss == "squared":
            return np.full_like(scores, 2.0)
        if self._loss == "absolute":
            return np.zeros_like(scores)
        return (np.abs(scores - targets) <= self._delta).astype(np.float64)

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        return self.scores(theta[:, np.newaxis], inputs).T


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
            "How an error counts: by its square, by its size, or by Huber's mixture of both.",
            "誤差の測り方。2乗、絶対値、またはその中間のHuber損失。",
        ),
        choices={
            "squared": Text("squared error", "2乗誤差"),
            "absolute": Text("absolute error", "絶対誤差"),
            "huber": Text("Huber", "Huber損失"),
        },
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
        assert isinstance(predictor, LinearPredictor)
        columns = predictor.columns(examples.inputs)
        middle = self._reweighted(predictor, columns, examples.targets)
        errors = [np.square(columns @ theta - examples.targets).mean() for theta in (start, middle)]
        return framed(start, middle, 2 * np.square(columns).mean(axis=0), float(errors[0] - errors[1]))

    def minimum(self, predictor: Predictor, examples: Examples) -> Array | None:
        assert isinstance(predictor, LinearPredictor)
        if self.loss != "squared":
            return None
        columns = predictor.columns(examples.inputs)
        found, _, rank, _ = np.linalg.lstsq(columns, examples.targets, rcond=None)
        return np.asarray(found, dtype=np.float64) if rank == predictor.dimension else None

    def _reweighted(self, predictor: LinearPredictor, columns: Array, targets: Array) -> Array:
        """Return parameters near the minimum, by least squares whose weights are slope / error."""
        weights = np.ones(len(targets))
        for _ in range(1 if self.loss == "squared" else REWEIGHTINGS):
            root = np.sqrt(weights)
            theta = np.linalg.lstsq(columns * root[:, np.newaxis], targets * root, rcond=None)[0]
            errors = columns @ theta - targets
            size = np.maximum(np.abs(errors), 1e-6 * max(1.0, float(np.abs(targets).max())))
            weights = np.abs(predictor.slopes(np.copysign(size, errors))) / size
        return np.asarray(theta, dtype=np.float64)
