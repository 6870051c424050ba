"""Makes the picture of the network that an experiment shows, at one step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.network.health import network_health
from optexplorer.scene.network.network_step import ExplainedNetwork, all_examples, explained_network
from optexplorer.scene.network.picture import NetworkPicture, make_picture
from optexplorer.scene.network.responses import Responses, responses
from optexplorer.scene.network.trace import Array
from optexplorer.scene.network.tracing import layer_outputs, trace_network

MOST_EXAMPLES = 4096
"""Examples over which histograms are made; of more, so many at even distances."""


def network_picture(
    experiment: Experiment, trajectories: Sequence[Trajectory | None], playhead: int
) -> NetworkPicture | None:
    """Return the network of the shown racer at `playhead`; None if the experiment shows none, or there is none.

    A racer that has ended shows its last step.
    """
    if not experiment.appearance.network:
        return None
    place = next(iter(shown_racers(experiment)), None)
    trajectory = None if place is None or place >= len(trajectories) else trajectories[place]
    if place is None or trajectory is None:
        return None
    step = min(max(playhead, 0), trajectory.steps)
    explained = explained_network(experiment, trajectory, step)
    return None if explained is None else picture_of(explained, place, step)


def picture_of(explained: ExplainedNetwork, racer: int = 0, step: int = 0) -> NetworkPicture:
    """Return the picture of an explained network."""
    landscape, theta = explained.landscape, explained.theta
    everything = trace_network(landscape, theta, all_examples(landscape, MOST_EXAMPLES))
    return make_picture(
        explained.one,
        explained.example,
        landscape.data,
        selected=explained.selected,
        chosen=explained.chosen,
        names=landscape.variables,
        health=network_health(everything),
        responses=_responses(landscape, theta, explained),
        racer=racer,
        step=step,
    )


def _responses(landscape: ModelLandscape, theta: Array, explained: ExplainedNetwork) -> Responses:
    outputs = partial(layer_outputs, landscape, theta)
    return responses(landscape.data, landscape.training_places, outputs, explained.batch.layers[0].weight)
