"""The base class of models: what each declares, and what it computes of parameters and examples."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import Declared
from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.predictors.trace import LayerValues, Trace
from optexplorer.text import Text

Array = NDArray[np.float64]

MOST_PARAMETERS = 200_000
MOST_WORK = 2_000_000_000
"""Most parameters times examples: one gradient then takes a few seconds."""


class Examples(NamedTuple):
    """Inputs, shape (N, features), and their targets, shape (N,): numbers, or the numbers of classes."""

    inputs: Array
    targets: Array


class Predictor(ABC):
    """A model whose number of parameters is settled: it computes losses of parameters on examples.

    A parameter vector is one array of shape (n,): the `blocks`, one after the other, each in C order. Nothing given
    is modified. Overflow gives inf or nan, never an error. Every function is pure: equal arguments, equal bits.

    Attributes
    ----------
    blocks : names and shapes, as PyTorch has them: a weight is (outputs, inputs)
    outputs : the number of columns that `predict` returns
    task : what is predicted
    has_masks : whether a mini-batch is trained with random masks (dropout)
    couples_examples : whether the loss of one example depends on the others (batch normalisation)
    """

    blocks: tuple[Block, ...]
    outputs: int
    task: Task
    has_masks: bool = False
    couples_examples: bool = False

    @property
    def dimension(self) -> int:
        """The number of parameters."""
        return sum(math.prod(block.shape) for block in self.blocks)

    @abstractmethod
    def initial(self) -> Array:
        """Return the initial parameters, shape (n,); equal settings, equal bits."""

    @abstractmethod
    def loss(self, theta: Array, examples: Examples, reference: Array | None = None) -> float:
        """Return the mean loss over examples at parameters of shape (n,); without dropout.

        `reference` are the inputs whose statistics batch normalisation uses; None takes those of `examples`.
        """

    @abstractmethod
    def loss_and_gradient(
        self, theta: Array, examples: Examples, mask_seed: int | None = None
    ) -> tuple[float, Array]:
        """Return the mean loss and its gradient, shape (n,), by backpropagation.

        `mask_seed` not None trains with dropout masks drawn from that seed; models without dropout ignore it.
        """

    @abstractmethod
    def hessian_product(self, theta: Array, direction: Array, examples: Examples) -> Array:
        """Return the Hessian of the mean loss times `direction`, shape (n,): exact, not by differences.

        References
        ----------
        Pearlmutter (1994), Fast exact multiplication by the Hessian.
        """

    def hessian(self, theta: Array, examples: Examples) -> Array:
        """Return the Hessian of the mean loss, shape (n, n); of models with few parameters."""
        return np.array(
            [self.hessian_product(theta, direction, examples) for direction in np.eye(len(theta))]
        )

    @abstractmethod
    def predict(self, theta: Array, inputs: Array, reference: Array | None = None) -> Array:
        """Return what is predicted for inputs (N, features): shape (N, outputs).

        Of regression the number itself, in one column; of classification the probability of each class. `reference`
        are the inputs whose statistics batch normalisation uses; None takes `inputs` themselves.
        """

    def layer_values(
        self, theta: Array, inputs: Array, reference: Array | None = None
    ) -> tuple[LayerValues, ...]:
        """Return what each layer computes of inputs (N, features); () if the model has no layers.

        `reference` as in `predict`.
        """
        return ()

    def trace(self, theta: Array, examples: Examples, mask_seed: int | None = None) -> Trace | None:
        """Return all that `loss_and_gradient` computes on its way, layer by layer; None without layers."""
        return None

    def evaluate(
        self, theta: Array, examples: Examples, reference: Array | None = None
    ) -> tuple[float, Array]:
        """Return what `loss` and `predict` return; of classification, any scores whose largest is the likeliest class."""
        return self.loss(theta, examples, reference), self.predict(theta, examples.inputs, reference)

    def losses(self, thetas: Array, examples: Examples) -> Array:
        """Return the losses, shape (k,), at parameters of shape (n, k); the same bits as one by one."""
        rows = np.ascontiguousarray(thetas.T)
        return np.array([self.loss(theta, examples) for theta in rows], dtype=np.float64)

    def gradients(self, thetas: Array, examples: Examples) -> Array:
        """Return the gradients, shape (n, k), at parameters of shape (n, k); the same bits as one by one."""
        rows = np.ascontiguousarray(thetas.T)
        found = [self.loss_and_gradient(theta, examples)[1] for theta in rows]
        return np.ascontiguousarray(np.array(found, dtype=np.float64).reshape(len(rows), -1).T)

    def example_gradients(self, theta: Array, examples: Examples) -> Array:
        """Return the gradient of each example's own loss, shape (N, n).

        Raises
        ------
        ValueError
            If the loss of one example depends on the others.
        """
        if self.couples_examples:
            raise ValueError(
                "with batch normalisation the loss of one example depends on the others of its batch"
            )
        rows = [
            self.loss_and_gradient(theta, Examples(examples.inputs[i : i + 1], examples.targets[i : i + 1]))[
                1
            ]
            for i in range(len(examples.inputs))
        ]
        return np.array(rows, dtype=np.float64)


class Model(Declared):
    """Base of all models: its fields are its settings, such as the layers of a network."""

    family: ClassVar[Literal["model"]] = "model"
    id: ClassVar[str]
    title: ClassVar[Text]
    idea: ClassVar[Text]
    reference: ClassVar[str] = ""
    tasks: ClassVar[tuple[Task, ...]] = ("regression", "classification")
    """What it can predict."""
    inputs_are_places: ClassVar[bool] = False
    """Whether inputs are numbers of rows and columns, which must not be standardised."""

    @abstractmethod
    def predictor(self, data: Dataset) -> Predictor:
        """Return the model for data of these shapes.

        Raises
        ------
        DataError
            If it cannot predict what these data ask for.
        """

    @abstractmethod
    def latex(self, data: Dataset) -> str:
        """Return the loss that is computed, as a formula in LaTeX: the right-hand side of f(parameters) = ..."""

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        """Return the range of each parameter that is looked at first; start and minimum lie in it."""
        return tuple((-5.0, 5.0) for _ in range(predictor.dimension))

    def minimum(self, predictor: Predictor, examples: Examples) -> Array | None:
        """Return the parameters of the smallest loss, shape (n,), where they are known without a search."""
        return None
