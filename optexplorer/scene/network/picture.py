"""A network as it is drawn at one step of one racer: neurons, weights, values and gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.scene.network import drawn_units
from optexplorer.scene.network.health import NetworkHealth
from optexplorer.scene.network.responses import Responses
from optexplorer.scene.network.shown_example import ShownExample
from optexplorer.scene.network.trace import Array, NetworkTrace, TracedLayer
from optexplorer.text import Text

NO_NAME = Text("", "")


@dataclass(frozen=True)
class Neuron:
    """One neuron that is drawn.

    Attributes
    ----------
    unit : its number in the layer, from 0
    value : what it passes on; of an input, the input
    total : the weighted sum; of an input, the input
    gradient : the derivative of the loss by `value`; of an input 0
    label : the name of an input or of an output; empty for others
    bias : the place of its bias in the parameter vector; None without one
    dead : whether it is 0 for every example
    left_out : whether dropout leaves it out for this example
    """

    unit: int
    value: float
    total: float
    gradient: float
    label: Text = NO_NAME
    bias: int | None = None
    dead: bool = False
    left_out: bool = False


@dataclass(frozen=True, eq=False)
class Column:
    """One layer: the neurons that are drawn, in order, of `size` altogether; layer 0 are the inputs."""

    layer: int
    size: int
    neurons: tuple[Neuron, ...]
    activation: str = ""

    @property
    def complete(self) -> bool:
        """Whether all neurons are drawn."""
        return len(self.neurons) == self.size


@dataclass(frozen=True)
class Connection:
    """A weight between two drawn neurons: from `source` in the layer before to `unit` of `layer`."""

    layer: int
    source: int
    unit: int
    weight: float
    gradient: float
    parameter: int


@dataclass(frozen=True, eq=False)
class NetworkPicture:
    """A network at one step of one racer.

    Attributes
    ----------
    racer : its number
    step : the step of the racer
    columns : inputs, layers
    connections : between drawn neurons
    largest_weight, largest_gradient : the largest sizes of all of them
    selected : the place of the selected weight in the parameter vector
    selected_name : what it is called, such as `layer1.weight[3,0]`
    chosen : whether the user has selected it; else it is the one with the largest gradient
    example : whose values and gradients these are
    data : what the examples belong to
    health : of all layers over many examples
    responses : what the neurons compute over the input plane
    finite : whether all values are finite
    rule : which neurons are drawn, where not all are
    """

    racer: int
    step: int
    columns: tuple[Column, ...]
    connections: tuple[Connection, ...]
    largest_weight: float
    largest_gradient: float
    selected: int
    selected_name: str
    chosen: bool
    example: ShownExample
    data: Dataset
    health: NetworkHealth
    responses: Responses
    finite: bool
    rule: Text | None

    @property
    def layers(self) -> int:
        """The number of layers with weights."""
        return len(self.columns) - 1

    def neuron(self, layer: int, unit: int) -> Neuron | None:
        """Return a neuron, if it is drawn."""
        return next((neuron for neuron in self.columns[layer].neurons if neuron.unit == unit), None)

    def notes(self) -> tuple[Text, ...]:
        """Return what is to be said below the network."""
        told = list(self.health.findings)
        if not self.finite:
            told.insert(
                0,
                Text(
                    "Some numbers of this network are no longer finite: the descent has diverged.",
                    "このネットワークの値が有限でなくなった。発散している。",
                ),
            )
        return (*told, *(() if self.rule is None else (self.rule,)))


def largest_gradient(gradient: Array) -> int:
    """Return the place of the component that is largest in size; those that are not finite do not count."""
    with np.errstate(all="ignore"):
        size = np.where(np.isfinite(gradient), np.abs(gradient), -1.0)
    return int(size.argmax())


def make_picture(
    one: NetworkTrace,
    example: ShownExample,
    data: Dataset,
    *,
    selected: int,
    chosen: bool,
    names: tuple[str, ...],
    health: NetworkHealth,
    responses: Responses,
    racer: int = 0,
    step: int = 0,
) -> NetworkPicture:
    """Return the picture of a network with the values of one example of a batch, or of its mean.

    Parameters
    ----------
    one, example : what it computes of the example, and which one that is
    data : all examples; their names are shown
    selected, chosen : the weight that is selected, and whether the user has chosen it
    names : of all parameters
    """
    drawn, rule = _drawn(one, data, selected)
    columns = (_inputs(one, data, drawn[0]), *_layers(one, data, drawn, health))
    connections = tuple(_connections(one, drawn))
    return NetworkPicture(
        racer,
        step,
        columns,
        connections,
        _largest(connection.weight for connection in connections),
        _largest(connection.gradient for connection in connections),
        selected,
        names[selected],
        chosen,
        example,
        data,
        health,
        responses,
        one.finite,
        rule,
    )


def _largest(values: Iterator[float]) -> float:
    return max((abs(value) for value in values if np.isfinite(value)), default=0.0)


def _drawn(trace: NetworkTrace, data: Dataset, selected: int) -> tuple[list[tuple[int, ...]], Text | None]:
    """Return the neurons that are drawn of the inputs and of each layer, and by which rule."""
    needed: dict[int, list[int]] = {}
    place = trace.place_of(selected)
    if place is not None:
        joined, unit, source = place
        needed[joined + 1] = [unit]
        if source is not None:
            needed[joined] = [source]
    features = trace.inputs.shape[1]
    order = drawn_units.most_varied(data.inputs) if features > drawn_units.MOST_UNITS else None
    drawn = [drawn_units.drawn_units(features, needed.get(0, ()), order)]
    for number, layer in enumerate(trace.layers, 1):
        drawn.append(drawn_units.drawn_units(layer.units, needed.get(number, ())))
    sizes = [features, *(layer.units for layer in trace.layers)]
    if max(sizes) <= drawn_units.MOST_UNITS:
        return drawn, None
    return drawn, drawn_units.VARIED if features > drawn_units.MOST_UNITS else drawn_units.FIRST


def _inputs(one: NetworkTrace, data: Dataset, units: tuple[int, ...]) -> Column:
    values, names = one.inputs[0], shown_names(data).inputs
    neurons = tuple(
        Neuron(unit, float(values[unit]), float(values[unit]), 0.0, names[unit]) for unit in units
    )
    return Column(0, len(values), neurons)


def _layers(
    one: NetworkTrace, data: Dataset, drawn: list[tuple[int, ...]], health: NetworkHealth
) -> Iterator[Column]:
    last = len(one.layers)
    for number, layer in enumerate(one.layers, 1):
        dead = health.layers[number - 1].dead if number <= len(health.layers) else ()
        neurons = tuple(
            _neuron(layer, unit, _label(data, unit) if number == last else NO_NAME, unit in dead)
            for unit in drawn[number]
        )
        yield Column(number, layer.units, neurons, layer.activation)


def _label(data: Dataset, unit: int) -> Text:
    names = shown_names(data)
    if data.task == "classification":
        return names.classes[unit] if unit < len(names.classes) else NO_NAME
    return names.target


def _neuron(layer: TracedLayer, unit: int, label: Text, dead: bool) -> Neuron:
    left_out = layer.mask is not None and layer.mask[0, unit] == 0
    return Neuron(
        unit,
        float(layer.outputs[0, unit]),
        float(layer.sums[0, unit]),
        float(layer.by_outputs[0, unit]),
        label,
        layer.parameter(unit, None),
        dead,
        bool(left_out),
    )


def _connections(one: NetworkTrace, drawn: list[tuple[int, ...]]) -> Iterator[Connection]:
    for number, layer in enumerate(one.layers, 1):
        for unit in drawn[number]:
            for source in drawn[number - 1]:
                parameter = layer.parameter(unit, source)
                assert parameter is not None
                # Of one example: the chain rule's product. Of a mean: the mean over the batch of these products.
                yield Connection(
                    number,
                    source,
                    unit,
                    float(layer.weight[unit, source]),
                    float(layer.weight_gradient[unit, source]),
                    parameter,
                )
