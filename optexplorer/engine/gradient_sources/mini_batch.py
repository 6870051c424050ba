"""Gradients of mini-batches: each step sees some of the examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.gradient_sources.base import Array, Gradients, GradientSource, Streams
from optexplorer.engine.landscapes.base import Landscape, Sample
from optexplorer.text import Text

KEPT_EPOCHS = 4
"""Epochs whose order of examples is kept, so that looking back a step costs nothing."""
LARGEST_SEED = 2**63


class BatchOrder:
    """Which examples each step sees: a function of the step's number alone, once `random` has given its key.

    The order of epoch e is that of `numpy.random.default_rng(SeedSequence(key, spawn_key=(e,)))`, so that any step is
    found without those before it.

    Parameters
    ----------
    examples : how many there are
    batch_size : how many a step sees; the last of an epoch sees those that are left
    replacement : whether each is drawn from all, in place of a shuffled pass through all
    """

    def __init__(
        self, examples: int, batch_size: int, replacement: bool, random: np.random.Generator
    ) -> None:
        self._examples, self._size, self._replacement = examples, min(batch_size, examples), replacement
        self.key = int(random.integers(LARGEST_SEED))
        self.steps_per_epoch = -(-examples // self._size)
        self._epochs: dict[int, tuple[NDArray[np.intp], list[int]]] = {}

    def at(self, step: int) -> Sample:
        """Return the examples that the step with this number sees, from 0."""
        epoch, part = divmod(step, self.steps_per_epoch)
        order, seeds = self._epochs.get(epoch) or self._drawn(epoch)
        return Sample(order[part * self._size : (part + 1) * self._size], seeds[part])

    def _drawn(self, epoch: int) -> tuple[NDArray[np.intp], list[int]]:
        random = np.random.default_rng(np.random.SeedSequence(self.key, spawn_key=(epoch,)))
        if self._replacement:
            order = random.integers(self._examples, size=self.steps_per_epoch * self._size)
        else:
            order = random.permutation(self._examples)
        seeds = random.integers(LARGEST_SEED, size=self.steps_per_epoch).tolist()
        drawn = order.astype(np.intp), seeds
        # The engine and the views may ask at the same time: a new dict takes the place of the one that others read.
        kept = [*self._epochs.items(), (epoch, drawn)]
        self._epochs = dict(kept[-KEPT_EPOCHS:])
        return drawn


class MiniBatch(GradientSource):
    """The gradient of the mean loss over a few examples, others at each step."""

    id: ClassVar[str] = "mini-batch"
    title: ClassVar[Text] = Text("Mini-batch", "ミニバッチ")
    idea: ClassVar[Text] = Text(
        "Each step sees only some of the examples: cheaper, and its gradient is a noisy estimate of the full one.",
        "毎ステップ、データの一部だけを使う。計算は軽くなるが、勾配は全データの勾配にノイズの加わった推定値になる。",
    )

    needs_data: ClassVar[bool] = True

    batch_size: int = hyperparameter(
        16,
        "B",
        Text("Batch size", "バッチサイズ"),
        Text(
            "How many examples each step sees; as many as there are, or more, is all of them.",
            "1ステップで使うデータの個数。データ数以上なら全データを使う。",
        ),
        ge=1,
        le=100_000,
        logarithmic=True,
    )
    order: Literal["shuffled", "replacement"] = hyperparameter(
        "shuffled",
        r"\mathrm{order}",
        Text("Order", "取り出し方"),
        Text(
            "Shuffled anew in each epoch, so that each example is seen once; or drawn from all each time.",
            "エポックごとに並べ替えて全データを1回ずつ使うか、毎回全データから重複を許して取り出すか。",
        ),
    )

    def estimates(self, landscape: Landscape, random: Streams) -> Gradients:
        assert isinstance(random, np.random.Generator)
        order = self._order(landscape, random)
        step = -1
        now = Sample(np.empty(0, dtype=np.intp), 0)
        loss: Array = np.array(np.nan)
        both = landscape.sample_loss_and_gradient

        def same_sample(x: Array) -> Array:
            return both(x, now)[1]

        def sample(x: Array) -> Array:
            nonlocal step, now, loss
            step += 1
            now = order.at(step)
            loss, gradient = both(x, now)
            return gradient

        def skip(steps: int) -> None:
            nonlocal step
            step += steps

        return Gradients(sample, same_sample, skip, lambda: loss, lambda x: both(x, now)[0])

    def steps_per_epoch(self, landscape: Landscape) -> int | None:
        examples = landscape.examples
        return -(-examples // min(self.batch_size, examples)) if examples else None

    def samples(self, landscape: Landscape, random: np.random.Generator) -> Callable[[int], Sample]:
        return self._order(landscape, random).at

    def _order(self, landscape: Landscape, random: np.random.Generator) -> BatchOrder:
        if not landscape.examples:
            raise ValueError(
                f"mini-batch: the landscape '{landscape.id}' is not made of data, so it has no mini-batches; "
                "choose noisy or exact gradients"
            )
        return BatchOrder(landscape.examples, self.batch_size, self.order == "replacement", random)
