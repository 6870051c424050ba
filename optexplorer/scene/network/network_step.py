"""The network of one racer at one of its steps: its mini-batch, the shown example, the selected weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.base import Examples
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.network.network_absence import absence_of_network
from optexplorer.scene.network.picture import largest_gradient
from optexplorer.scene.network.shown_example import ShownExample, shown_example
from optexplorer.scene.network.trace import Array, NetworkTrace
from optexplorer.scene.network.tracing import trace_network


@dataclass(frozen=True, eq=False)
class ExplainedNetwork:
    """What pictures and phases of a network are made of.

    Attributes
    ----------
    landscape : the loss of the network
    theta : its parameters, shape (n,)
    batch : the trace of all examples of the step
    one : that of the shown example, or the mean
    example : which one it is
    selected : the place of the selected weight in the parameter vector
    chosen : whether the user has selected it; else it is the one with the largest gradient of `one`
    """

    landscape: ModelLandscape
    theta: Array
    batch: NetworkTrace
    one: NetworkTrace
    example: ShownExample
    selected: int
    chosen: bool


def explained_network(experiment: Experiment, trajectory: Trajectory, step: int) -> ExplainedNetwork | None:
    """Return the network of a racer at a step; None if there is none that is shown."""
    # While the data are being changed, the path may still be of those before: its batches are theirs.
    landscape = trajectory.landscape or experiment.resolve_landscape()
    if not isinstance(landscape, ModelLandscape) or absence_of_network(landscape) is not None:
        return None
    theta = trajectory.position_at(step)
    sample = trajectory.sample_at(step)
    if sample is None:
        examples, seed, whole = landscape.training, None, True
    else:
        examples, seed = landscape.examples_of(sample), sample.mask_seed
        whole = len(sample.places) == landscape.examples
    batch = trace_network(landscape, theta, examples, seed)
    appearance = experiment.appearance
    one, example = shown_example(batch, landscape.data, appearance.network_example, whole=whole)
    selected, chosen = _selected(one, appearance.network_weight)
    return ExplainedNetwork(landscape, theta, batch, one, example, selected, chosen)


def _selected(one: NetworkTrace, wanted: int | None) -> tuple[int, bool]:
    """Return the selected weight, and whether it is the one that is wanted."""
    if wanted is not None and one.place_of(wanted) is not None:
        return wanted, True
    places = np.concatenate([layer.weight_places() for layer in one.layers])
    gradients = np.concatenate([layer.weight_gradient.ravel() for layer in one.layers])
    return int(places[largest_gradient(gradients)]), False


def all_examples(landscape: ModelLandscape, most: int) -> Examples:
    """Return the training examples, or so many of them at even distances."""
    inputs, targets = landscape.training
    if len(inputs) <= most:
        return landscape.training
    chosen = np.linspace(0, len(inputs) - 1, most).round().astype(np.intp)
    return Examples(inputs[chosen], targets[chosen])
