"""Which examples each step of a script sees, and what noise and clipping make of its gradient."""

from __future__ import annotations

from typing import NamedTuple

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.mini_batch import LARGEST_SEED, MiniBatch
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.export.code.extraction import CodeError

_POWER = LARGEST_SEED.bit_length() - 1


class Batches(NamedTuple):
    """The examples of the steps of a script.

    Attributes
    ----------
    functions : the function `mini_batches`, where there are mini-batches
    loop : the head of the loop over the steps
    inputs, targets : Python text for those of one step
    """

    functions: list[str]
    loop: str
    inputs: str
    targets: str


def check_source(source: GradientSource) -> None:
    """Raise CodeError unless scripts of models know the source of gradients."""
    if type(source) not in (Exact, MiniBatch, Noisy):
        raise CodeError(
            f"scripts of models take gradients that are exact, noisy or of mini-batches, not {source.id}"
        )


def batches(source: GradientSource, seed: str, examples: int, steps: int, *, masks: bool) -> Batches:
    """Return which examples each step sees.

    Parameters
    ----------
    seed : Python text for the seed of the racer's random stream
    masks : whether each step needs a seed of dropout masks, called `mask_seed`
    """
    if not isinstance(source, MiniBatch):
        return Batches([], f"for step in range({steps}):", "X", "y")
    size = min(source.batch_size, examples)
    count = -(-examples // size)
    if source.order == "shuffled":
        words = "shuffled anew in each epoch"
        order, bound = f"random.permutation({examples})", examples
    else:
        words = "each drawn from all"
        order, bound = f"random.integers({examples}, size={count * size})", count * size
    yielded = f"order[first:first + {size}]"
    lines = [
        "def mini_batches():",
        f'    """Yield the places of the examples of each step, {words}."""',
        f"    key = int(np.random.default_rng({seed}).integers(2**{_POWER}))",
        "    for epoch in itertools.count():",
        "        random = np.random.default_rng(np.random.SeedSequence(key, spawn_key=(epoch,)))",
        f"        order = {order}",
    ]
    if masks:
        lines += [
            f"        seeds = random.integers(2**{_POWER}, size={count}).tolist()",
            f"        for first, mask_seed in zip(range(0, {bound}, {size}), seeds):",
            f"            yield {yielded}, mask_seed",
        ]
        lines[1] = (
            f'    """Yield the places of the examples of each step, and a seed of dropout masks; {words}."""'
        )
    else:
        lines += [f"        for first in range(0, {bound}, {size}):", f"            yield {yielded}"]
    drawn = "(batch, mask_seed)" if masks else "batch"
    loop = f"for step, {drawn} in zip(range({steps}), mini_batches()):"
    return Batches(["\n".join(lines)], loop, "X[batch]", "y[batch]")
