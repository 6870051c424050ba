"""Makes the trace of a network: backpropagation with everything on its way kept, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optexplorer.engine.landscapes.models.predictors.base import Examples
from optexplorer.engine.landscapes.models.predictors.network.activations import Activate
from optexplorer.engine.landscapes.models.predictors.network.batch_norm import BatchNorm
from optexplorer.engine.landscapes.models.predictors.network.dense import Dense
from optexplorer.engine.landscapes.models.predictors.network.dropout import Masked
from optexplorer.engine.landscapes.models.predictors.network.step import Array, Step
from optexplorer.engine.landscapes.models.predictors.trace import LayerTrace, Trace

if TYPE_CHECKING:
    from optexplorer.engine.landscapes.models.predictors.network.predictor import NetworkPredictor


class _Recorded(NamedTuple):
    """What a step was given and computed, the loss differentiated by it, and by the step's parameters."""

    step: Step
    inputs: Array
    parameters: list[Array]
    outputs: Array
    by_outputs: Array
    gradients: list[Array]


def traced(
    network: NetworkPredictor, theta: Array, examples: Examples, mask_seed: int | None = None
) -> Trace:
    """Return what the network computes of examples, and the derivatives of their mean loss."""
    outputs, passed = network.forward(theta, examples.inputs, network.training_steps(examples, mask_seed))
    mean, slope = network.output_loss.value_and_slope(outputs, examples.targets)
    gradient = np.empty(network.dimension)
    recorded, y = [], outputs
    for step, places, parameters, x, kept in reversed(passed):
        by_outputs, gradients = slope.copy(), [place.of(gradient) for place in places]
        slope = step.backward(slope, kept, parameters, gradients)
        recorded.append(_Recorded(step, x, parameters, y, by_outputs, gradients))
        y = x
    recorded.reverse()
    starts = [i for i, one in enumerate(recorded) if isinstance(one.step, Dense)]
    penalty = network.penalty(theta)
    return Trace(
        layers=tuple(
            _layer(layer.name, recorded[start:end])
            for layer, start, end in zip(network.layers, starts, [*starts[1:], None], strict=True)
        ),
        predictions=network.output_loss.prediction(outputs),
        losses=network.output_loss.each(outputs, examples.targets),
        penalty=penalty,
        loss=mean + penalty,
        weight_decay=network.settings.weight_decay,
    )


def _layer(name: str, recorded: list[_Recorded]) -> LayerTrace:
    dense, last = recorded[0], recorded[-1]
    norm = next((one for one in recorded if isinstance(one.step, BatchNorm)), None)
    active = next((one for one in recorded if isinstance(one.step, Activate)), dense)
    masked = next((one.step.mask for one in recorded if isinstance(one.step, Masked)), None)
    return LayerTrace(
        name=name,
        inputs=dense.inputs,
        weight=dense.parameters[0],
        bias=dense.parameters[1],
        sums=dense.outputs,
        normalised=norm.outputs if norm else None,
        activations=active.outputs,
        mask=masked,
        outputs=last.outputs,
        by_outputs=last.by_outputs,
        by_activations=active.by_outputs,
        by_sums=dense.by_outputs,
        weight_gradient=dense.gradients[0],
        bias_gradient=dense.gradients[1],
        gamma_gradient=norm.gradients[0] if norm else None,
        beta_gradient=norm.gradients[1] if norm else None,
    )
