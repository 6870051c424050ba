r"""The phases of a network before its optimizer: example, forward layer by layer, loss, backward layer by layer.

Of each layer one neuron is written out: that of the selected weight, and before and after it the neurons through which
most of its effect goes. The last phases are the chain rule for the selected weight, and the mean over the batch.

References
----------
Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optexplorer.engine.landscapes.models.predictors.network.activations import ACTIVATIONS
from optexplorer.engine.optimizers.terms import Role
from optexplorer.scene.anatomy.equations import Line, in_colour, number
from optexplorer.scene.anatomy.phase import Phase, PhasePart
from optexplorer.scene.network.network_step import ExplainedNetwork
from optexplorer.scene.network.trace import Array, NetworkTrace, TracedLayer
from optexplorer.text import Text

MOST_TERMS = 3
"""Terms of a sum that are written out; dots stand for the rest."""


def network_phases(explained: ExplainedNetwork, gradient: Array) -> tuple[Phase, ...]:
    """Return the phases from the example to the gradient of the selected weight.

    Parameters
    ----------
    gradient : shape (n,), what the optimizer saw
    """
    return tuple(_Writer(explained).phases(gradient))


class _Writer:
    def __init__(self, explained: ExplainedNetwork) -> None:
        self._explained, self._one, self._batch = explained, explained.one, explained.batch
        place = self._one.place_of(explained.selected)
        assert place is not None
        self._layer, self._unit, self._source = place
        self._mean = explained.example.place is None
        self._focus = _focus(self._one, *place)

    def phases(self, gradient: Array) -> Iterator[Phase]:
        yield self._example()
        layers = self._one.layers
        for number_, layer in enumerate(layers):
            yield self._forward(number_, layer)
        yield self._loss()
        for number_ in reversed(range(len(layers))):
            yield self._backward(number_, layers[number_])
        yield self._chain_rule()
        yield self._mean_over_batch(gradient)

    # Symbols

    def _z(self, layer: int, unit: int | None = None) -> str:
        unit = self._focus[layer] if unit is None else unit
        return rf"z^{{({layer + 1})}}_{{{unit + 1}}}"

    def _a(self, layer: int, unit: int | None = None) -> str:
        """The symbol of what a layer passes on; of layer -1 an input."""
        if layer < 0:
            return rf"x_{{{(0 if unit is None else unit) + 1}}}"
        unit = self._focus[layer] if unit is None else unit
        return rf"a^{{({layer + 1})}}_{{{unit + 1}}}"

    def _w(self) -> str:
        return weight_symbol(self._explained)

    # Phases

    def _example(self) -> Phase:
        x, example = self._one.inputs[0], self._explained.example
        numbers = r",\; ".join(number(part) for part in x[:MOST_TERMS].tolist())
        dots = r",\; \dots" if len(x) > MOST_TERMS else ""
        line = f"x = ({numbers}{dots})"
        if not self._mean:
            target = float(self._one.targets[0])
            # Classes are counted like the outputs, from 1.
            counted = target + 1 if self._one.loss_name == "cross_entropy" else target
            line += rf",\quad y = {number(counted, exact=True)}"
        title = example.title()
        if example.target is not None and self._one.loss_name == "cross_entropy":
            title = Text(f"{title.en}: {example.target.en}", f"{title.ja}: {example.target.ja}")
        return _phase("example", "", title, "x" if self._mean else r"x,\quad y", (Line(line),), x, "point")

    def _forward(self, number_: int, layer: TracedLayer) -> Phase:
        unit, before = self._focus[number_], self._a(number_ - 1, None).split("_")[0]
        bias = "" if layer.bias is None else rf" + b_{{{unit + 1}}}"
        z, a = self._z(number_), self._a(number_)
        function = _function(layer)
        symbols = rf"{z} = \sum_i w_{{{unit + 1},i}}\, {before}_i{bias}"
        activated = r"\hat z" if layer.normalised else z
        if function:
            symbols += rf",\quad {a} = {function}({activated.split('^')[0]})"
        lines = [Line(f"{z} = {self._sum(layer, unit)}{number(layer.sums[0, unit])}")]
        argument = number(layer.activated[0, unit])
        if layer.normalised:
            lines.append(Line(rf"\hat z_{{{unit + 1}}} = \mathrm{{BN}}(z_{{{unit + 1}}}) = {argument}"))
        if function:
            value = number(layer.outputs[0, unit])
            # The mean of the outputs is not the output of the mean.
            lines.append(Line(f"{a} = {value}" if self._mean else f"{a} = {function}({argument}) = {value}"))
        if layer.mask is not None:
            kept = number(layer.passed[0, unit])
            lines.append(Line(rf"m \cdot {a} = {kept}"))
        caption = Text(
            f"Forward: layer {number_ + 1}, neuron {unit + 1}",
            f"順伝播: 第{number_ + 1}層、ニューロン{unit + 1}",
        )
        return _phase(
            "forward", layer.name, caption, symbols, tuple(lines), layer.outputs[0], "point", number_ + 1
        )

    def _sum(self, layer: TracedLayer, unit: int) -> str:
        """The weighted sum with its numbers and an equals sign; of a mean, nothing."""
        weights, inputs = layer.weight[unit], layer.inputs[0]
        own = self._source if layer is self._one.layers[self._layer] and unit == self._unit else None
        with np.errstate(all="ignore"):
            size = np.nan_to_num(np.abs(weights * inputs))
        shown = set(np.argsort(-size, kind="stable")[: MOST_TERMS - (own is not None)].tolist())
        if own is not None:
            shown.add(own)
        terms = [
            f"{_signed(in_colour('point', number(weights[i])), weights[i], bool(place))}"
            rf" \cdot {_factor(inputs[i])}"
            for place, i in enumerate(sorted(shown))
        ]
        text = " + ".join(terms)
        if len(shown) < len(weights):
            text += r" + \cdots"
        if layer.bias is not None:
            text += f" + {_signed(in_colour('point', number(layer.bias[unit])), layer.bias[unit], True)}"
        return f"{text} = "

    def _loss(self) -> Phase:
        one, loss = self._one, float(self._one.losses[0])
        last = len(one.layers)
        if one.loss_name == "cross_entropy":
            symbols = r"p = \mathrm{softmax}(z^{(" + str(last) + r")}),\quad L = -\ln p_y"
            put_in = "" if self._mean else rf"-\ln {number(one.predictions[0, int(one.targets[0])])} = "
        else:
            symbols = r"L = (\hat y - y)^2"
            put_in = (
                "" if self._mean else (f"({number(one.predictions[0, 0])} - {_factor(one.targets[0])})^2 = ")
            )
        lines = (Line(f"L = {put_in}{number(loss)}"),)
        return _phase("loss", "", Text("Loss", "損失"), symbols, lines, np.asarray(loss), "rate")

    def _backward(self, number_: int, layer: TracedLayer) -> Phase:
        unit = self._focus[number_]
        by_sum, by_output = float(layer.by_sums[0, unit]), float(layer.by_outputs[0, unit])
        z = _by(self._z(number_))
        if number_ == len(self._one.layers) - 1:
            symbols, lines = self._by_outputs(z, layer, unit, by_sum, by_output)
        else:
            following = self._one.layers[number_ + 1]
            a, function = self._a(number_), _function(layer)
            prime = rf"{function}'(z)\," if function else ""
            through = r"\,\mathrm{BN}'" if layer.normalised else ""
            next_z = _by(rf"z^{{({number_ + 2})}}_k")
            symbols = rf"{z} = {prime}{through} \sum_k w_{{k,{unit + 1}}}\, {next_z}"
            lines = (
                Line(f"{_by(a)} = {self._sum_back(layer, following, unit)}{_gradient(by_output)}"),
                Line(f"{z} = {self._through(layer, unit, by_output)}{_gradient(by_sum)}"),
            )
        caption = Text(
            f"Backward: layer {number_ + 1}, neuron {unit + 1}",
            f"逆伝播: 第{number_ + 1}層、ニューロン{unit + 1}",
        )
        return _phase(
            "backward", layer.name, caption, symbols, lines, layer.by_sums[0], "gradient", number_ + 1
        )

    def _by_outputs(
        self, z: str, layer: TracedLayer, unit: int, by_sum: float, by_output: float
    ) -> tuple[str, tuple[Line, ...]]:
        """The derivatives of the loss itself, at the last layer."""
        one = self._one
        if one.loss_name == "cross_entropy":
            symbols = rf"{z} = p_{{{unit + 1}}} - [y = {unit + 1}]"
            hit = 0.0 if self._mean else float(int(one.targets[0]) == unit)
            put_in = "" if self._mean else f"{number(one.predictions[0, unit])} - {number(hit)} = "
            return symbols, (Line(f"{z} = {put_in}{_gradient(by_sum)}"),)
        through = _function(layer)
        prime = rf"\,{through}'(z)" if through else ""
        symbols = rf"{z} = 2(\hat y - y){prime}"
        put_in = (
            ""
            if self._mean
            else (
                rf"2 \cdot ({number(one.predictions[0, 0])} - {_factor(one.targets[0])})"
                + (rf" \cdot {_factor(layer.slopes[0, unit])}" if through else "")
                + " = "
            )
        )
        return symbols, (Line(f"{z} = {put_in}{_gradient(by_sum)}"),)

    def _sum_back(self, layer: TracedLayer, following: TracedLayer, unit: int) -> str:
        """The sum over the neurons behind, with its numbers and an equals sign; with dropout, times its mask."""
        if self._mean and layer.mask is not None:
            return ""
        weights, back = following.weight[:, unit], following.by_sums[0]
        with np.errstate(all="ignore"):
            size = np.nan_to_num(np.abs(weights * back))
        shown = sorted(np.argsort(-size, kind="stable")[:MOST_TERMS].tolist())
        terms = [
            f"{_signed(in_colour('point', number(weights[k])), weights[k], bool(place))}"
            rf" \cdot {_factor(back[k], 'gradient')}"
            for place, k in enumerate(shown)
        ]
        dots = r" + \cdots" if len(shown) < len(weights) else ""
        text = f"{' + '.join(terms)}{dots}"
        return f"{text} = " if layer.mask is None else rf"{number(layer.mask[0, unit])} \cdot ({text}) = "

    def _through(self, layer: TracedLayer, unit: int, by_output: float) -> str:
        if self._mean or layer.normalised:
            return ""
        return rf"{_gradient(by_output)} \cdot {_factor(layer.slopes[0, unit])} = "

    def _chain_rule(self) -> Phase:
        layer, unit, source = self._one.layers[self._layer], self._unit, self._source
        z, a, w = self._z(self._layer, unit), self._a(self._layer, unit), self._w()
        before = 1.0 if source is None else float(layer.inputs[0, source])
        by_sum, by_output, slope = (
            float(part[0, unit]) for part in (layer.by_sums, layer.by_outputs, layer.slopes)
        )
        value = (
            float(self._batch.example_gradients(self._explained.selected).mean())
            if self._mean
            else (by_sum if source is None else by_sum * before)
        )
        inner = rf"\frac{{\partial {z}}}{{\partial {w}}}"
        last = self._layer == len(self._one.layers) - 1
        if (last and self._one.loss_name == "cross_entropy") or layer.normalised:
            symbols = rf"{_by(w)} = {_by(z)} \cdot {inner}"
            put_in = rf"{_gradient(by_sum)} \cdot {_factor(before)}"
        else:
            middle = rf"\frac{{\partial {a}}}{{\partial {z}}}"
            symbols = rf"{_by(w)} = {_by(a)} \cdot {middle} \cdot {inner}"
            put_in = rf"{_gradient(by_output)} \cdot {_factor(slope)} \cdot {_factor(before)}"
        put_in = "" if self._mean else f"{put_in} = "
        caption = Text("The chain rule for the selected weight", "選んだ重みについての連鎖律")
        lines = (Line(f"{_by(w)} = {put_in}{_gradient(value)}"),)
        return _phase(
            "weight", layer.name, caption, symbols, lines, np.asarray(value), "gradient", self._layer + 1
        )

    def _mean_over_batch(self, gradient: Array) -> Phase:
        batch, selected = self._batch, self._explained.selected
        each = batch.example_gradients(selected)
        with np.errstate(all="ignore"):
            mean = float(each.mean())
        count, w = batch.examples, self._w()
        layer = batch.layers[self._layer]
        weight = float(
            layer.bias[self._unit]  # type: ignore[index]
            if self._source is None
            else layer.weight[self._unit, self._source]
        )
        decayed = batch.weight_decay and self._source is not None
        symbols = rf"\frac{{1}}{{{count}}} \sum_i \frac{{\partial L_i}}{{\partial {w}}}"
        shown = " + ".join(
            _signed(_gradient(part), part, bool(place))
            for place, part in enumerate(each[:MOST_TERMS].tolist())
        )
        dots = r" + \cdots" if count > MOST_TERMS else ""
        put_in = rf"\frac{{{shown}{dots}}}{{{count}}}" if count > 1 else _gradient(mean)
        value = mean
        if decayed:
            symbols += rf" + \lambda\, {w}"
            put_in += rf" + {number(batch.weight_decay, exact=True)} \cdot {_factor(weight, 'point')}"
            value = mean + batch.weight_decay * weight
        lines = [Line(f"{put_in} = {_gradient(value)}")]
        seen = float(gradient[selected])
        if np.isfinite(seen) and not np.isclose(seen, value, rtol=1e-6, atol=1e-12):
            # Clipped, noisy, or of other examples.
            lines.append(Line(rf"g = {_gradient(seen)}"))
        caption = Text(f"Mean over {count} examples", f"データ{count}個の平均")
        if count == 1:
            caption = Text("Mean over 1 example", "データ1個の平均")
        return _phase("batch", "", caption, symbols, tuple(lines), np.asarray(value), "gradient")


def weight_symbol(explained: ExplainedNetwork) -> str:
    """Return the symbol of the selected weight: of its layer, its neuron, and the one before it, from 1."""
    place = explained.one.place_of(explained.selected)
    assert place is not None
    layer, unit, source = place
    if source is None:
        return in_colour("point", rf"b^{{({layer + 1})}}_{{{unit + 1}}}")
    return in_colour("point", rf"w^{{({layer + 1})}}_{{{unit + 1},{source + 1}}}")


def _focus(one: NetworkTrace, layer: int, unit: int, source: int | None) -> list[int]:
    """Return the neuron of each layer that is written out, for a selected weight."""
    focus = [0] * len(one.layers)
    focus[layer] = unit
    with np.errstate(all="ignore"):
        for k in range(layer + 1, len(one.layers)):
            effect = one.layers[k].weight[:, focus[k - 1]] * one.layers[k].by_sums[0]
            focus[k] = int(np.nan_to_num(np.abs(effect)).argmax())
        for k in range(layer - 1, -1, -1):
            above = one.layers[k + 1]
            if k == layer - 1 and source is not None:
                focus[k] = source
                continue
            effect = above.weight[focus[k + 1]] * above.inputs[0]
            focus[k] = int(np.nan_to_num(np.abs(effect)).argmax())
    return focus


def _function(layer: TracedLayer) -> str:
    """The symbol of a layer's activation; empty if it has none."""
    return ACTIVATIONS[layer.activation].symbol


def _phase(
    part: PhasePart,
    name: str,
    caption: Text,
    symbols: str,
    numbers: tuple[Line, ...],
    value: Array,
    role: Role,
    layer: int | None = None,
) -> Phase:
    return Phase(part, name, caption, symbols, numbers, value, role, (), layer=layer)


def _by(symbol: str) -> str:
    return rf"\frac{{\partial L}}{{\partial {symbol}}}"


def _gradient(value: float) -> str:
    return in_colour("gradient", number(value))


def _factor(value: float | Array, role: Role | None = None) -> str:
    """Return a number as a factor: a negative one in brackets."""
    written = number(value)
    latex = written if role is None else in_colour(role, written)
    return _signed(latex, value, True)


def _signed(latex: str, value: float | Array, follows: bool) -> str:
    """Return a number after an operator, in brackets if it is negative."""
    return f"({latex})" if follows and float(value) < 0 else latex
