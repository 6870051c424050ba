"""Logistic regression: the probability of the second of two classes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.engine.landscapes.models.predictors.framing import framed
from optexplorer.engine.landscapes.models.predictors.requirements import need_two_classes
from optexplorer.engine.landscapes.models.predictors.weighted_sum import WeightedSumPredictor
from optexplorer.text import Text

NEWTON_STEPS = 50
RIDGE = 0.01
"""Weight of the squared parameters in the search for a middle of the picture: separable classes have no minimum."""
MOST_SEARCHED = 64
"""Parameters beyond which no minimum is searched for."""
FLAT = 1e-12
"""Largest entry of a gradient that counts as zero."""
CURVED = 1e-6
"""Smallest curvature of a valley that ends."""


class LogisticPredictor(WeightedSumPredictor):
    """Predicts p = σ(score) for the second class; a mistake costs −log of the right class's probability."""

    task: Task = "classification"
    outputs = 2

    def each(self, scores: Array, targets: Array) -> Array:
        # log(1 + exp(s)) - y s, of exp(-|s|) alone, so that nothing overflows.
        return np.maximum(scores, 0.0) - targets * scores + np.log1p(np.exp(-np.abs(scores)))

    def each_and_slopes(self, scores: Array, targets: Array) -> tuple[Array, Array]:
        return self.each(scores, targets), _sigmoid(scores) - targets

    def bends(self, scores: Array, targets: Array) -> Array:
        small = np.exp(-np.abs(scores))
        return small / np.square(1.0 + small)

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        scores = self.scores(theta[:, np.newaxis], inputs)[0]
        return np.column_stack([_sigmoid(-scores), _sigmoid(scores)])


def _sigmoid(scores: Array) -> Array:
    small = np.exp(-np.abs(scores))
    result: Array = np.where(scores >= 0, 1.0, small) / (1.0 + small)
    return result


class Logistic(Model):
    """Logistic regression: p = σ(Σ w_i x_i + b)."""

    id: ClassVar[str] = "logistic"
    title: ClassVar[Text] = Text("Logistic regression", "ロジスティック回帰")
    idea: ClassVar[Text] = Text(
        "The probability of one of two classes, from a weighted sum. Its loss has one valley; where a line separates the "
        "classes, the valley goes on without end.",
        "2クラスの一方である確率を、重み付き和から求める。損失の谷は1つだが、直線でクラスを分けられるときは、谷が果てしなく続く。",
    )
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)

    bias: bool = hyperparameter(
        True,
        "b",
        Text("Bias", "バイアス"),
        Text(
            "Whether a constant is added. Without it two features make two parameters.",
            "定数項を加えるかどうか。加えなければ、特徴量が2つのときパラメータも2つになる。",
        ),
    )

    def predictor(self, data: Dataset) -> LogisticPredictor:
        need_two_classes(self, data)
        return LogisticPredictor(data.features, self.bias)

    def latex(self, data: Dataset) -> str:
        score = "w x_i" if data.features == 1 else r"\mathbf{w} \cdot \mathbf{x}_i"
        if self.bias:
            score += " + b"
        return (
            r"\frac{1}{N} \sum_{i=1}^{N} \left[ \log\left(1 + e^{s_i}\right) - y_i s_i \right], \quad s_i = "
            + score
        )

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        assert isinstance(predictor, LogisticPredictor)
        if predictor.dimension > MOST_SEARCHED:
            return super().domain(predictor, start, examples)
        middle, hessian = _newton(predictor, examples, RIDGE)
        rise = predictor.loss(start, examples) - predictor.loss(middle, examples)
        return framed(start, middle, np.diag(hessian).copy(), rise)

    def minimum(self, predictor: Predictor, examples: Examples) -> Array | None:
        assert isinstance(predictor, LogisticPredictor)
        if predictor.dimension > MOST_SEARCHED:
            return None
        found, hessian = _newton(predictor, examples, 0.0)
        if not np.abs(predictor.loss_and_gradient(found, examples)[1]).max() <= FLAT:
            return None
        # Of separable classes the gradient vanishes too, but far out, where the valley is flat.
        least = float(np.linalg.eigvalsh(hessian)[0])
        return found if least > CURVED else None


def _newton(predictor: LogisticPredictor, examples: Examples, ridge: float) -> tuple[Array, Array]:
    """Return what minimises loss + ridge/2 · |θ|² (Newton's method, steps halved uphill), and the Hessian there."""
    columns, targets = predictor.columns(examples.inputs), examples.targets

    def value(theta: Array) -> float:
        return predictor.loss(theta, examples) + 0.5 * ridge * float(theta @ theta)

    theta = predictor.initial()
    hessian = ridge * np.eye(len(theta))
    for _ in range(NEWTON_STEPS):
        bends = predictor.bends(columns @ theta, targets)
        hessian = (columns.T * bends) @ columns / len(targets) + ridge * np.eye(len(theta))
        gradient = predictor.loss_and_gradient(theta, examples)[1] + ridge * theta
        if np.abs(gradient).max() <= 1e-15:
            break
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        size, here = 1.0, value(theta)
        while size > 1e-6 and not value(theta - size * step) <= here:
            size /= 2
        theta = theta - size * step
    return theta, hessian
