"""A 2×2 matrix written as a product: the smallest landscape over a matrix."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset, Task
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.engine.landscapes.models.predictors.framing import MARGIN, around_zero
from optexplorer.engine.landscapes.models.predictors.many_points import ManyPointsPredictor
from optexplorer.engine.landscapes.models.predictors.settings import initial_seed, initial_sigma
from optexplorer.text import Text

SIZE = 2


class FactorisationPredictor(ManyPointsPredictor):
    """Predicts the entries of W Wᵀ: that of row r and column c is Σ_j W_rj W_cj; an error costs its square."""

    task: Task = "regression"
    outputs = 1
    blocks = (Block("W", (SIZE, SIZE)),)

    def __init__(self, sigma: float, seed: int) -> None:
        self._sigma, self._seed = sigma, seed

    def initial(self) -> Array:
        return self._sigma * np.random.default_rng(self._seed).standard_normal(SIZE * SIZE)

    def losses_at_once(self, thetas: Array, examples: Examples) -> Array:
        losses: Array = np.square(self._entries(thetas, examples.inputs) - examples.targets).mean(axis=-1)
        return losses

    def _entries(self, thetas: Array, inputs: Array) -> Array:
        """Return the entries of W Wᵀ, shape (k, N)."""
        rows, columns = _places(inputs)
        return _products(_rows_of(thetas, rows), _rows_of(thetas, columns))

    def losses_and_gradients_at_once(self, thetas: Array, examples: Examples) -> tuple[Array, Array]:
        rows, columns = _places(examples.inputs)
        left, right = _rows_of(thetas, rows), _rows_of(thetas, columns)
        errors = _products(left, right) - examples.targets
        gradients = _by_rows(2.0 * errors, left, right, rows, columns)
        return np.square(errors).mean(axis=-1), gradients

    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        rows, columns = _places(examples.inputs)
        both = np.column_stack([theta, direction])
        (left, moved_left), (right, moved_right) = (
            [[side[:1] for side in sides], [side[1:] for side in sides]]
            for sides in (_rows_of(both, rows), _rows_of(both, columns))
        )
        errors = _products(left, right) - examples.targets
        moved_errors = _products(moved_left, right) + _products(left, moved_right)
        product = _by_rows(2.0 * moved_errors, left, right, rows, columns)
        product += _by_rows(2.0 * errors, moved_left, moved_right, rows, columns)
        return product[:, 0]

    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        return self._entries(theta[:, np.newaxis], inputs).T


def _places(inputs: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of row and column of each example, the nearest that there are."""
    rows, columns = np.clip(np.rint(inputs), 0, SIZE - 1).astype(np.intp).T
    return rows, columns


def _rows_of(thetas: Array, rows: NDArray[np.intp]) -> list[Array]:
    """Return the entries of one row of W for each example: for each column of W an array of shape (k, N)."""
    # `take` leaves the examples along the last axis of memory, so that sums over them have the same bits for any k.
    return [np.take(thetas.T, SIZE * rows + j, axis=1) for j in range(SIZE)]


def _products(left: list[Array], right: list[Array]) -> Array:
    """Return the scalar products of rows, shape (k, N)."""
    total = left[0] * right[0]
    for a, b in zip(left[1:], right[1:], strict=True):
        total += a * b
    return total


def _by_rows(
    slopes: Array, left: list[Array], right: list[Array], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> Array:
    """Return the mean of the derivatives by W, shape (4, k), from those by the entries, shape (k, N)."""
    found = []
    for i in range(SIZE):
        of_left, of_right = (rows == i).astype(np.float64), (columns == i).astype(np.float64)
        for j in range(SIZE):
            found.append((slopes * (of_left * right[j] + of_right * left[j])).mean(axis=-1))
    return np.array(found)


class Factorisation(Model):
    """A symmetric 2×2 matrix M as W Wᵀ."""

    id: ClassVar[str] = "factorisation"
    title: ClassVar[Text] = Text("Matrix factorisation", "行列分解")
    idea: ClassVar[Text] = Text(
        "A symmetric 2×2 matrix is written as W Wᵀ. Turning W does not change the product, so the minima "
        "form a circle; at W = 0 there is a saddle. Rules for matrices see all of W at once.",
        "対称な2×2行列を W Wᵀ と表す。Wを回転しても積は変わらないので、最小点は円をなし、W = 0 には鞍点がある。"
        "行列向けの手法はW全体をまとめて扱う。",
    )
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)
    inputs_are_places: ClassVar[bool] = True

    sigma: float = initial_sigma(
        0.5, Text("The standard deviation of the initial entries of W.", "Wの各成分の初期値の標準偏差。")
    )
    seed: int = initial_seed()

    def predictor(self, data: Dataset) -> FactorisationPredictor:
        if data.features != 2 or not np.isin(data.inputs, range(SIZE)).all():
            raise DataError(
                Text(
                    f"the model '{self.id}' takes the entries of a 2×2 matrix: two features, the numbers of row and "
                    "column, each 0 or 1; the data 'matrix' are such",
                    f"モデル「{self.title.ja}」は2×2行列の成分を学習する。特徴量は行番号と列番号の2つで、"
                    "それぞれ0か1にする。データ「2×2行列」がこれにあたる",
                )
            )
        return FactorisationPredictor(self.sigma, self.seed)

    def latex(self, data: Dataset) -> str:
        return r"\frac{1}{N} \sum_{(r, c)} \left( \left(W W^\top\right)_{rc} - M_{rc} \right)^2"

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        size = float(np.sqrt(np.abs(examples.targets).max()))
        reach = MARGIN * max(size, float(np.abs(start).max()))
        return around_zero(*[reach] * predictor.dimension)

    def minimum(self, predictor: Predictor, examples: Examples) -> Array | None:
        matrix = _whole_matrix(examples)
        if matrix is None:
            return None
        values, vectors = np.linalg.eigh(matrix)
        return np.ascontiguousarray(vectors * np.sqrt(np.maximum(values, 0.0))).ravel()


def _whole_matrix(examples: Examples) -> Array | None:
    """Return the symmetric matrix that the examples are, None unless each entry is one example."""
    rows, columns = _places(examples.inputs)
    matrix = np.full((SIZE, SIZE), np.nan)
    matrix[rows, columns] = examples.targets
    if len(rows) != SIZE * SIZE or not np.isfinite(matrix).all() or matrix[0, 1] != matrix[1, 0]:
        return None
    return matrix
