"""What the neurons of a network compute over the inputs: over the plane of two features, along one, or of an image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.scene.network.trace import Array
from optexplorer.text import Text

PLANE, CURVE = 36, 121
"""Points along each side of the plane, and along a single feature."""
MARGIN = 0.12
"""Room around the data, as a share of their range."""
MOST_POINTS = 400
"""Data points that are drawn over a response."""

LayerOutputs = Callable[[Array], Sequence[Array]]
"""From inputs as in the data, shape (N, features), to what each layer passes on, shape (N, units) each."""


@dataclass(frozen=True, eq=False)
class Responses:
    """What the neurons compute over the inputs.

    Attributes
    ----------
    kind : over a plane of two features, along one feature, as weights of an image, or nothing of it
    extent : of each feature that is shown, (low, high)
    layers : the outputs of each layer at the points of the plane or of the curve, shape (points, units) each
    weights : shape (units, features), of the first layer, where the inputs are images
    image_shape : (rows, columns) of an image
    points : shape (k, features), data points to be drawn over it
    targets : shape (k,), theirs
    absence : why there is nothing to be shown
    """

    kind: Literal["plane", "curve", "image", "none"]
    extent: tuple[tuple[float, float], ...] = ()
    layers: tuple[Array, ...] = ()
    weights: Array | None = None
    image_shape: tuple[int, int] = (0, 0)
    points: Array | None = None
    targets: Array | None = None
    absence: Text | None = None

    def of(self, layer: int, unit: int) -> Array | None:
        """Return what a neuron computes, None if nothing is known: layers count from 1.

        Of a plane shape (PLANE, PLANE), the lowest row first; of a curve (CURVE,); of an image its weights, (rows,
        columns), of neurons in the first layer.
        """
        if self.kind == "image":
            if layer != 1 or self.weights is None:
                return None
            image: Array = self.weights[unit].reshape(self.image_shape)
            return image
        if not 1 <= layer <= len(self.layers):
            return None
        values: Array = self.layers[layer - 1][:, unit]
        return values.reshape(PLANE, PLANE) if self.kind == "plane" else values


def responses(data: Dataset, training: NDArray[np.intp], outputs: LayerOutputs, weights: Array) -> Responses:
    """Return what all neurons compute over the inputs of `data`.

    Parameters
    ----------
    training : the places of the training examples, of which some are drawn
    outputs : what the layers compute
    weights : of the first layer, shape (units, features)
    """
    if data.image_shape is not None:
        return Responses("image", weights=weights, image_shape=data.image_shape)
    if data.features > 2:
        reason = Text(
            f"Inputs with {data.features} features cannot be drawn on a plane.",
            f"特徴量が{data.features}個あるので、平面上には描けない。",
        )
        return Responses("none", absence=reason)
    shown = training[:: max(1, -(-len(training) // MOST_POINTS))]
    points, extent = data.inputs[shown], _extent(data.inputs)
    if data.features == 2:
        (x0, x1), (y0, y1) = extent
        y, x = np.meshgrid(np.linspace(y0, y1, PLANE), np.linspace(x0, x1, PLANE), indexing="ij")
        asked = np.stack([x.ravel(), y.ravel()], axis=1)
        kind: Literal["plane", "curve"] = "plane"
    else:
        asked, kind = np.linspace(*extent[0], CURVE)[:, np.newaxis], "curve"
    with np.errstate(all="ignore"):
        layers = tuple(outputs(asked))
    return Responses(kind, extent, layers, points=points, targets=data.targets[shown])


def _extent(inputs: Array) -> tuple[tuple[float, float], ...]:
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    room = np.where(high > low, MARGIN * (high - low), 1.0)
    return tuple(zip((low - room).tolist(), (high + room).tolist(), strict=True))
