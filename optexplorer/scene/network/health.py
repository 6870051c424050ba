"""How activations and gradients of each layer are spread over the examples; units that are dead, gradients that vanish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.network.trace import NetworkTrace, TracedLayer
from optexplorer.text import Text

Array = NDArray[np.float64]

BINS = 24
TINY = 1e-12
"""What counts as no gradient at all in a histogram over powers of ten."""
SATURATED = 0.99
"""How near to its bounds a tanh or sigmoid unit has to be, for every example, to count as saturated."""
RATIO = 1000.0
"""How many times smaller or larger than those of the last layer gradients are that count as vanishing or exploding."""
_BOUNDS = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many values fall between neighbouring `edges`, shape (BINS + 1,): `counts`, shape (BINS,).

    Edges of a logarithmic one are powers of ten, given by their exponents; `zeros` counts the values that have none,
    and `missing` those that are not finite.
    """

    edges: Array
    counts: NDArray[np.int64]
    logarithmic: bool = False
    zeros: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """The number of all values."""
        return int(self.counts.sum()) + self.zeros + self.missing


@dataclass(frozen=True, eq=False)
class LayerHealth:
    """One layer over many examples.

    Attributes
    ----------
    name : of the layer
    activations : of its outputs
    gradients : of the sizes of the derivatives of the examples' losses by its weighted sums
    dead : the numbers of the units that are 0 for every example
    saturated : the numbers of the units that stand at a bound of their function for every example
    gradient_size : the root of the mean square of these derivatives
    """

    name: str
    activations: Histogram
    gradients: Histogram
    dead: tuple[int, ...]
    saturated: tuple[int, ...]
    gradient_size: float


@dataclass(frozen=True, eq=False)
class NetworkHealth:
    """All layers over `examples` examples, and what is to be said of them."""

    examples: int
    layers: tuple[LayerHealth, ...]
    findings: tuple[Text, ...]


def network_health(trace: NetworkTrace) -> NetworkHealth:
    """Return how activations and gradients are spread over the examples of `trace`."""
    powers = _powers(trace)
    layers = tuple(
        _layer_health(layer, powers, hidden=layer is not trace.layers[-1]) for layer in trace.layers
    )
    findings = (*_units(trace, layers), *_gradients(layers))
    return NetworkHealth(trace.examples, layers, findings)


def _powers(trace: NetworkTrace) -> tuple[float, float]:
    """Return the powers of ten between which the sizes of gradients lie, the same for all layers."""
    sizes = np.concatenate([np.abs(layer.by_sums.ravel()) for layer in trace.layers])
    large = sizes[np.isfinite(sizes) & (sizes >= TINY)]
    if not large.size:
        return -1.0, 0.0
    low, high = np.floor(np.log10(large.min())), np.ceil(np.log10(large.max()))
    return float(low), float(max(high, low + 1))


def _layer_health(layer: TracedLayer, powers: tuple[float, float], *, hidden: bool) -> LayerHealth:
    outputs = layer.outputs
    # A unit that is 0 but not flat there, as one whose weights are zero, can still learn.
    silent = ((outputs == 0) & (layer.slopes == 0)).all(axis=0)
    dead = np.flatnonzero(silent) if hidden else np.empty(0, int)
    saturated = np.empty(0, int)
    if hidden and layer.activation in _BOUNDS:
        low, high = _BOUNDS[layer.activation]
        room = (1 - SATURATED) * (high - low) / 2
        saturated = np.flatnonzero(((outputs < low + room) | (outputs > high - room)).all(axis=0))
    with np.errstate(all="ignore"):
        size = float(np.sqrt(np.square(layer.by_sums).mean()))
    return LayerHealth(
        layer.name,
        linear_histogram(outputs),
        logarithmic_histogram(layer.by_sums, powers),
        tuple(dead.tolist()),
        tuple(saturated.tolist()),
        size,
    )


def linear_histogram(values: Array) -> Histogram:
    """Return how values are spread between the smallest and the largest."""
    flat = values.ravel()
    finite = flat[np.isfinite(flat)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if not high - low > 1e-9 * max(abs(low), abs(high), 1e-300):
        reach = max(abs(low), 1.0) / 2
        low, high = low - reach, high + reach
    with np.errstate(all="ignore"):
        edges = np.linspace(low, high, BINS + 1)
    if not np.isfinite(edges).all():
        edges, finite = np.linspace(0.0, 1.0, BINS + 1), finite[:0]
    counts = np.histogram(finite, edges)[0].astype(np.int64)
    return Histogram(edges, counts, missing=flat.size - finite.size)


def logarithmic_histogram(values: Array, powers: tuple[float, float]) -> Histogram:
    """Return how the sizes of values are spread between two powers of ten; those below `TINY` count as zero."""
    flat = np.abs(values.ravel())
    finite = flat[np.isfinite(flat)]
    large = finite[finite >= TINY]
    edges = np.linspace(*powers, BINS + 1)
    counts = np.histogram(np.log10(large), edges)[0].astype(np.int64)
    return Histogram(edges, counts, True, finite.size - large.size, flat.size - finite.size)


def _units(trace: NetworkTrace, layers: tuple[LayerHealth, ...]) -> Iterator[Text]:
    for number, (layer, found) in enumerate(zip(trace.layers, layers, strict=True), 1):
        if found.dead:
            dead, units = len(found.dead), layer.units
            are = "is" if dead == 1 else "are"
            yield Text(
                f"{dead} of {units} neurons of layer {number} {are} dead: 0 for every example.",
                f"第{number}層の{units}個中{dead}個のニューロンが死んでいる: どのデータでも出力が0。",
            )
        if found.saturated:
            full, units = len(found.saturated), layer.units
            are = "is" if full == 1 else "are"
            yield Text(
                f"{full} of {units} neurons of layer {number} {are} saturated: at a bound for every example.",
                f"第{number}層の{units}個中{full}個のニューロンが飽和している: どのデータでも出力が限界に近い。",
            )


def _gradients(layers: tuple[LayerHealth, ...]) -> Iterator[Text]:
    sizes = [layer.gradient_size for layer in layers]
    if not all(np.isfinite(sizes)):
        yield Text("Gradients are no longer finite.", "勾配が有限の値でなくなった。")
        return
    if len(sizes) < 2 or not sizes[-1] > 0:
        return
    ratio = sizes[0] / sizes[-1]
    if ratio < 1 / RATIO:
        if ratio == 0:
            yield Text(
                "No gradient arrives at layer 1: it learns nothing.",
                "第1層に勾配が届かない。この層は何も学習しない。",
            )
        else:
            yield Text(
                f"Gradients vanish: those of layer 1 are {_round(1 / ratio)} times smaller than those of the last layer.",
                f"勾配消失: 第1層の勾配は最後の層の{_round(1 / ratio)}分の1しかない。",
            )
    elif ratio > RATIO:
        yield Text(
            f"Gradients explode: those of layer 1 are {_round(ratio)} times larger than those of the last layer.",
            f"勾配爆発: 第1層の勾配は最後の層の{_round(ratio)}倍もある。",
        )


def _round(ratio: float) -> str:
    """Return a large ratio with two significant digits."""
    return tick_label(float(f"{ratio:.2g}"))
