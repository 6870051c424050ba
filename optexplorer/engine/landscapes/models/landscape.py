"""The mean loss of a model on data, as a landscape over the model's parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optexplorer.engine.landscapes.base import Array, Block, Landscape, Minimum, Sample
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset
from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.engine.landscapes.models.predictors.base import MOST_PARAMETERS, MOST_WORK, Examples
from optexplorer.text import Text

if TYPE_CHECKING:
    from optexplorer.engine.landscapes.models.definition import ModelDefinition

MOST_HESSIAN = 512
"""Parameters beyond which no whole Hessian is made."""


class Standardisation(NamedTuple):
    """Mean and standard deviation of each feature of the training examples, shape (features,)."""

    mean: Array
    deviation: Array

    def apply(self, inputs: Array) -> Array:
        """Return inputs of shape (N, features), shifted and scaled."""
        result: Array = (inputs - self.mean) / self.deviation
        return result


class ModelLandscape(Landscape):
    """The mean loss over the training examples; equal to another with the same id and definition.

    Attributes
    ----------
    data : all examples, as they are
    training, held_out : inputs as the model sees them, and targets; `held_out` is None if nothing is held out
    training_places : shape (N,), which of the examples of `data` are trained on
    standardisation : how inputs are shifted and scaled; None if they are not
    """

    definition: ModelDefinition

    @staticmethod
    def of(definition: ModelDefinition, id: str) -> ModelLandscape:
        """Return the landscape of a definition, the same one for the same arguments while it is kept."""
        return _made(definition, id)

    def __init__(self, definition: ModelDefinition, id: str) -> None:
        self.id, self.definition = id, definition
        self.data = definition.data.load()
        if self.data.task not in definition.model.tasks:
            raise DataError(
                Text(
                    f"the model '{definition.model.id}' does {' or '.join(definition.model.tasks)}, but the data "
                    f"'{definition.data.id}' ask for {self.data.task}",
                    f"モデル「{definition.model.title.ja}」では、データ「{definition.data.title.ja}」の"
                    f"{'回帰' if self.data.task == 'regression' else '分類'}の問題を扱えない",
                )
            )
        if definition.standardise and definition.model.inputs_are_places:
            raise DataError(
                Text(
                    f"the inputs of the model '{definition.model.id}' are numbers of rows and columns; right is "
                    "standardise = false",
                    f"モデル「{definition.model.title.ja}」の入力は行と列の番号なので、標準化できない。標準化をオフにする",
                )
            )
        places = np.random.default_rng(definition.split_seed).permutation(self.data.examples)
        held = int(definition.held_out * self.data.examples)
        self.held_out_places, self.training_places = np.sort(places[:held]), np.sort(places[held:])
        training = self.data.part(self.training_places)
        self.standardisation = _standardisation(training) if definition.standardise else None
        self.predictor = definition.model.predictor(training)
        self.training = self._examples(training)
        self.held_out = self._examples(self.data.part(self.held_out_places)) if held else None
        if not 0 < self.predictor.dimension <= MOST_PARAMETERS:
            raise DataError(
                Text(
                    f"the model has {self.predictor.dimension} parameters; at most {MOST_PARAMETERS} are allowed",
                    f"モデルのパラメータは{self.predictor.dimension}個。{MOST_PARAMETERS}個までにする",
                )
            )
        if self.predictor.dimension * self.examples > MOST_WORK:
            most = MOST_WORK // self.predictor.dimension
            raise DataError(
                Text(
                    f"{self.predictor.dimension} parameters are too many for {self.examples} examples; right are at most "
                    f"{most} examples, or {MOST_WORK // self.examples} parameters",
                    f"データが{self.examples}個のとき、パラメータ{self.predictor.dimension}個は多すぎる。"
                    f"データを{most}個まで、またはパラメータを{MOST_WORK // self.examples}個までにする",
                )
            )
        self.name = definition.name if any(definition.name) else self._made_name()
        self.group, self.source = definition.group, definition.source or definition.data.reference
        self.lesson = definition.lesson if any(definition.lesson) else definition.model.idea
        self.variables = _variables(self.predictor.blocks)
        self.height_scale = definition.scale
        start = self.predictor.initial()
        self.start = tuple(start.tolist())
        with np.errstate(all="ignore"):
            self.domain = definition.model.domain(self.predictor, start, self.training)
        self._hash = hash((id, definition))

    def _examples(self, data: Dataset) -> Examples:
        inputs = data.inputs if self.standardisation is None else self.standardisation.apply(data.inputs)
        return Examples(np.ascontiguousarray(inputs), data.targets)

    def _made_name(self) -> Text:
        data, model = self.definition.data.title, self.definition.model.title
        return Text(f"{model.en}: {data.en}", f"{model.ja}: {data.ja}")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ModelLandscape)
            and self._hash == other._hash
            and (self.id, self.definition) == (other.id, other.definition)
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"ModelLandscape({self.definition.model.id}, {self.definition.data.id})"

    def __reduce__(self) -> tuple[Any, ...]:
        return ModelLandscape.of, (self.definition, self.id)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.predictor.blocks

    @property
    def examples(self) -> int:
        return len(self.training.inputs)

    @property
    def latex(self) -> str:
        """The loss as a formula."""
        return self.definition.model.latex(self.data)

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:  # type: ignore[override]
        """The minimum, where the model knows it without a search."""
        theta = self.definition.model.minimum(self.predictor, self.training)
        if theta is None:
            return ()
        return (Minimum(tuple(theta.tolist()), self.predictor.loss(theta, self.training)),)

    def value(self, x: Array) -> Array:
        x = np.asarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            if x.ndim == 1:
                return np.float64(self.predictor.loss(x, self.training))  # type: ignore[return-value]
            return self.predictor.losses(x.reshape(len(x), -1), self.training).reshape(x.shape[1:])

    def gradient(self, x: Array) -> Array:
        x = np.asarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            if x.ndim == 1:
                return self.predictor.loss_and_gradient(x, self.training)[1]
            return self.predictor.gradients(x.reshape(len(x), -1), self.training).reshape(x.shape)

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        if np.ndim(x) != 1:
            return self.value(x), self.gradient(x)
        with np.errstate(all="ignore"):
            loss, gradient = self.predictor.loss_and_gradient(x, self.training)
        return np.float64(loss), gradient  # type: ignore[return-value]

    def sample_loss_and_gradient(self, x: Array, sample: Sample) -> tuple[Array, Array]:
        x = np.asarray(x, dtype=np.float64)
        examples = self.examples_of(sample)
        seed = sample.mask_seed if self.predictor.has_masks else None
        with np.errstate(all="ignore"):
            if x.ndim == 1:
                loss, gradient = self.predictor.loss_and_gradient(x, examples, seed)
                return np.float64(loss), gradient  # type: ignore[return-value]
            found = [self.predictor.loss_and_gradient(theta, examples, seed) for theta in _one_by_one(x)]
            losses = np.array([loss for loss, _ in found]).reshape(x.shape[1:])
            gradients = np.array([gradient for _, gradient in found]).T.reshape(x.shape)
        return losses, np.ascontiguousarray(gradients)

    def examples_of(self, sample: Sample) -> Examples:
        """Return the training examples of a sample."""
        return Examples(self.training.inputs[sample.places], self.training.targets[sample.places])

    def sample_value(self, x: Array, sample: Sample) -> Array:
        x, examples = np.asarray(x, dtype=np.float64), self.examples_of(sample)
        with np.errstate(all="ignore"):
            return self.predictor.losses(x.reshape(len(x), -1), examples).reshape(x.shape[1:])

    def hessian_product(self, x: Array, direction: Array) -> Array:
        with np.errstate(all="ignore"):
            return self.predictor.hessian_product(x, direction, self.training)

    @property
    def has_hessian(self) -> bool:
        """Whether the whole Hessian is made: of models with few parameters; its products are known of all."""
        return self.predictor.dimension <= MOST_HESSIAN

    def hessian(self, x: Array) -> Array:
        if not self.has_hessian:
            return super().hessian(x)
        x = np.asarray(x, dtype=np.float64)
        found = np.array([self._hessian_at(theta) for theta in _one_by_one(x)])
        return np.ascontiguousarray(np.moveaxis(found, 0, -1)).reshape(len(x), *x.shape)

    def _hessian_at(self, theta: Array) -> Array:
        with np.errstate(all="ignore"):
            whole = self.predictor.hessian(theta, self.training)
        return (whole + whole.T) / 2

    # What is measured beside the loss

    @property
    def measures(self) -> tuple[str, ...]:
        known = ["accuracy"] if self.data.task == "classification" else []
        return (
            (*known, "held_out_loss", *(f"held_out_{name}" for name in known)) if self.held_out else (*known,)
        )

    def measure(self, x: Array) -> Array:
        return self.value_and_measures(x)[1]

    def value_and_measures(self, x: Array) -> tuple[Array, Array]:
        if not self.measures:
            return self.value(x), super().measure(x)
        x = np.asarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            rows = np.array([self._evaluated(theta) for theta in _one_by_one(x)])
        found = np.ascontiguousarray(rows.T).reshape(1 + len(self.measures), *x.shape[1:])
        return found[0], found[1:]

    def _evaluated(self, theta: Array) -> list[float]:
        """Return the loss, then what is measured."""
        loss, scores = self.predictor.evaluate(theta, self.training)
        found = [loss]
        classifies = self.data.task == "classification"
        if classifies:
            found.append(_accuracy(scores, self.training))
        if self.held_out is not None:
            loss, scores = self.predictor.evaluate(theta, self.held_out, self.training.inputs)
            found.append(loss)
            if classifies:
                found.append(_accuracy(scores, self.held_out))
        return found

    def predict(self, x: Array, inputs: Array) -> Array:
        """Return what is predicted at parameters `x`, shape (n,), for inputs as in the data, shape (N, features).

        Returns
        -------
        Array
            Shape (N, 1), the numbers predicted; of classification (N, classes), the probabilities.

        Raises
        ------
        DataError
            If the inputs have another number of features than the data.
        """
        inputs = np.asarray(inputs, dtype=np.float64)
        if inputs.ndim != 2 or inputs.shape[1] != self.data.features:
            raise DataError(
                Text(
                    f"inputs of shape {inputs.shape} do not fit; right is (examples, {self.data.features})",
                    f"入力の形 {inputs.shape} は合わない。(データの個数, {self.data.features}) にする",
                )
            )
        seen = inputs if self.standardisation is None else self.standardisation.apply(inputs)
        with np.errstate(all="ignore"):
            return self.predictor.predict(x, np.ascontiguousarray(seen), self.training.inputs)

    def with_data(self, data: Dataset) -> ModelDefinition:
        """Return the definition with these examples, given one by one, in place of its own."""
        from optexplorer.engine.landscapes.models.data.given import Given

        return self.definition.model_copy(update={"data": Given.of(data)})


@lru_cache(maxsize=32)
def _made(definition: ModelDefinition, id: str) -> ModelLandscape:
    return ModelLandscape(definition, id)


def _one_by_one(x: Array) -> Array:
    """Return points of shape (n, ...) as rows, shape (points, n)."""
    return np.ascontiguousarray(x.reshape(len(x), -1).T)


def _accuracy(scores: Array, examples: Examples) -> float:
    """Return the share of examples whose class has the largest score; NaN where a score is no finite number."""
    if not np.isfinite(scores.sum()):
        return float("nan")
    return float((scores.argmax(axis=1) == examples.targets).mean())


def _standardisation(training: Dataset) -> Standardisation:
    with np.errstate(all="ignore"):
        mean, deviation = training.inputs.mean(axis=0), training.inputs.std(axis=0)
    if not np.isfinite(deviation).all():
        name = training.input_names[int(np.flatnonzero(~np.isfinite(deviation))[0])]
        raise DataError(
            Text(
                f"the column '{name}' holds numbers that are too large to be standardised",
                f"列「{name}」の値が大きすぎて標準化できない",
            )
        )
    flat = np.flatnonzero(~(deviation > 0))
    if flat.size:
        names = [shown_names(training).inputs[i] for i in flat[:8].tolist()]
        if len(flat) == training.features:
            raise DataError(
                Text(
                    f"every column is constant ({', '.join(name.en for name in names)}); nothing can be learned from them",
                    f"すべての列が一定の値である({'、'.join(name.ja for name in names)})。何も学習できない",
                )
            )
        # Constant pixels at the edge of an image, say: they stay zero.
        deviation = np.where(deviation > 0, deviation, 1.0)
    return Standardisation(mean, deviation)


def _variables(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return a name for each parameter, such as `layer1.weight[3,0]`; a block of one number has the block's own."""
    found: list[str] = []
    for name, shape in blocks:
        if not shape:
            found.append(name)
        else:
            found += [f"{name}[{','.join(map(str, place))}]" for place in np.ndindex(*shape)]
    return tuple(found)
