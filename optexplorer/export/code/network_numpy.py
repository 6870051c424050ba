"""A network in NumPy: forward pass, loss and backpropagation written out for its layers."""

from __future__ import annotations

from typing import NamedTuple

from optexplorer.engine.landscapes.models.predictors.network.activations import LEAK, ActivationName
from optexplorer.engine.landscapes.models.predictors.network.batch_norm import EPS
from optexplorer.export.code.landscape import HELPERS
from optexplorer.export.code.network_plan import Cost, LayerPlan, NetworkPlan


class NumpyModel(NamedTuple):
    """A model as NumPy functions of the vector `theta` of all parameters.

    The text defines `loss(theta, inputs, targets)` and `gradient(theta, inputs, targets)`; with dropout both take
    `masks` too, which `dropout_masks(seed, examples)` draws.

    Attributes
    ----------
    shapes : by name the shape of each array of parameters, as they follow one another in `theta`
    """

    functions: list[str]
    shapes: dict[str, tuple[int, ...]]


_VALUES: dict[ActivationName, str] = {
    "tanh": "np.tanh({0})",
    "sigmoid": "1/(1 + np.exp(-{0}))",
    "relu": "np.maximum({0}, 0.0)",
    "leaky-relu": f"np.maximum({{0}}, {LEAK!r}*{{0}})",
    "gelu": "{0}*normal_distribution({0})",
    "identity": "{0}",
}
"""What each activation makes of a sum."""
_SLOPES: dict[ActivationName, str] = {
    "tanh": "(1 - {value}**2)",
    "sigmoid": "({value}*(1 - {value}))",
    "relu": "({value} > 0)",
    "leaky-relu": f"np.where({{value}} > 0, 1.0, {LEAK!r})",
    "gelu": "(normal_distribution({sum}) + {sum}*np.exp(-{sum}**2/2)/np.sqrt(2*np.pi))",
}
"""The derivative of each, from the value or the sum."""
_COSTS: dict[Cost, tuple[str, list[str], str, str]] = {
    "squared": (
        "the mean squared error",
        ["errors = outputs - targets"],
        "(errors**2).mean()",
        "2*errors/len(errors)",
    ),
    "absolute": (
        "the mean absolute error",
        ["errors = outputs - targets"],
        "np.abs(errors).mean()",
        "np.sign(errors)/len(errors)",
    ),
    "huber": (
        "Huber's loss",
        [
            "errors = outputs - targets",
            "size = np.abs(errors)",
            "each = np.where(size <= {delta}, errors**2/2, {delta}*(size - {delta}/2))",
        ],
        "each.mean()",
        "np.clip(errors, -{delta}, {delta})/len(errors)",
    ),
    "logistic": (
        "the mean of -log p of the right class, where p = sigmoid(output) is that of the second class",
        ["each = np.maximum(outputs, 0.0) - targets*outputs + np.log1p(np.exp(-np.abs(outputs)))"],
        "each.mean()",
        "(1/(1 + np.exp(-outputs)) - targets)/len(targets)",
    ),
    "cross-entropy": (
        "the mean of -log p of the right class, where p = softmax(outputs)",
        [
            "below = outputs - outputs.max(axis=1, keepdims=True)  # So that nothing overflows.",
            "log_p = below - np.log(np.exp(below).sum(axis=1, keepdims=True))",
            "right = np.arange(len(targets)), targets",
            "slope = np.exp(log_p)",
            "slope[right] -= 1",
        ],
        "-log_p[right].mean()",
        "slope/len(targets)",
    ),
}
"""What the outputs cost: in words, what is computed first, the mean, and its derivative by each output."""
_NORMAL = (
    "def normal_distribution(a):\n    return (1 + erf(a/np.sqrt(2)))/2",
    HELPERS["erf"],
)
_NORMALISED = f'''def normalised(z):
    """Return the sums of each unit, shifted and scaled by mean and variance over the batch, and by what they are scaled."""
    scale = 1/np.sqrt(z.var(axis=0) + {EPS!r})
    return (z - z.mean(axis=0))*scale, scale'''
_BACK_THROUGH_NORM = '''def back_through_norm(dn, n, scale):
    """Return the derivative by the sums, from that by the normalised sums."""
    return scale*(dn - dn.mean(axis=0) - n*(dn*n).mean(axis=0))'''
_MASKS = '''def dropout_masks(seed, examples):
    """Return by what the units of each hidden layer are multiplied: 0 with probability {p}, else 1/(1 - {p})."""
    random = np.random.default_rng(seed)
    return [np.where(random.random((examples, units)) < {p}, 0.0, 1/(1 - {p})) for units in {units}]'''
_ARRAYS = '''def arrays(theta):
    """Return the arrays that stand one after the other in the vector of all parameters."""
    sizes = [int(np.prod(shape)) for shape in SHAPES.values()]
    parts = np.split(theta, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, SHAPES.values())]'''


def network_numpy(plan: NetworkPlan) -> NumpyModel:
    """Return the functions of a network."""
    return _Writer(plan).model()


class _Names:
    """What the values of one layer are called."""

    def __init__(self, layer: LayerPlan, number: str, before: str, last: bool) -> None:
        self.layer, self.before = layer, before
        self.W, self.b, self.gamma, self.beta = (f"{name}{number}" for name in ("W", "b", "gamma", "beta"))
        self.mask, self.n, self.scale = f"m{number}", f"n{number}", f"s{number}"
        bends, masked = layer.activation != "identity", bool(layer.dropout)
        self.output = "outputs" if last else f"h{number}"
        self.value = f"a{number}" if masked else self.output
        """What the activation gives."""
        self.sum = f"z{number}" if bends or layer.batch_norm else self.value
        """What the weights give."""
        self.bent = f"y{number}" if layer.batch_norm and bends else self.sum
        """What the activation is given."""
        if layer.batch_norm and not bends:
            self.bent = self.value

    def shapes(self) -> dict[str, tuple[int, ...]]:
        layer = self.layer
        found: dict[str, tuple[int, ...]] = {self.W: (layer.units, layer.inputs)}
        if layer.bias:
            found[self.b] = (layer.units,)
        if layer.batch_norm:
            found |= {self.gamma: (layer.units,), self.beta: (layer.units,)}
        return found


class _Writer:
    def __init__(self, plan: NetworkPlan) -> None:
        self.plan = plan
        self.layers: list[_Names] = []
        before, count = "inputs", len(plan.layers)
        for i, layer in enumerate(plan.layers):
            names = _Names(layer, str(i + 1) if count > 1 else "", before, i + 1 == count)
            self.layers.append(names)
            before = names.output
        self.shapes = {name: shape for names in self.layers for name, shape in names.shapes().items()}
        self.hidden = [names for names in self.layers if names.layer.dropout]
        self.unpacking = f"{', '.join(self.shapes)}{',' if len(self.shapes) == 1 else ''} = arrays(theta)"

    def model(self) -> NumpyModel:
        plan = self.plan
        functions = [_ARRAYS]
        if any(layer.activation == "gelu" for layer in plan.layers):
            functions += reversed(_NORMAL)
        if plan.batch_norm:
            functions += [_NORMALISED, _BACK_THROUGH_NORM]
        if self.hidden:
            units = tuple(names.layer.units for names in self.hidden)
            functions.append(_MASKS.format(p=repr(plan.dropout), units=units))
        functions += [self._forward(), self._cost(), self._loss(), self._gradient()]
        return NumpyModel(functions, self.shapes)

    @property
    def _masks(self) -> str:
        """The last argument of functions, with dropout: by default nothing is masked."""
        count = len(self.hidden)
        return f", masks={(1.0,) * count}" if count else ""

    def _kept(self) -> list[str]:
        """Return the names of what the way back needs of the way forward, in their order."""
        kept: list[str] = []
        for names in self.layers:
            if names.layer.batch_norm:
                kept += [names.n, names.scale]
            if names.layer.activation == "gelu":
                kept.append(names.bent)
            elif names.layer.activation != "identity":
                kept.append(names.value)
            kept.append(names.output)
        return list(dict.fromkeys(name for name in kept if name != "outputs"))

    def _forward(self) -> str:
        lines = [self.unpacking]
        if self.hidden:
            lines.append(self._unpacked_masks())
        for names in self.layers:
            layer = names.layer
            lines.append(f"{names.sum} = {names.before} @ {names.W}.T{f' + {names.b}' if layer.bias else ''}")
            if layer.batch_norm:
                lines.append(f"{names.n}, {names.scale} = normalised({names.sum})")
                lines.append(f"{names.bent} = {names.gamma}*{names.n} + {names.beta}")
            if layer.activation != "identity":
                value = _VALUES[layer.activation].format(names.bent)
                lines.append(f"{names.value} = {value}")
            if layer.dropout:
                lines.append(f"{names.output} = {names.value}*{names.mask}")
        kept = self._kept()
        result = f"return outputs, ({', '.join(kept)}{',' if len(kept) == 1 else ''})"
        words = "Return the outputs, and the values on the way that the way back needs."
        if not kept:
            result, words = "return outputs", "Return the outputs."
        return _function(f"forward(theta, inputs{self._masks})", words, [*lines, result])

    def _unpacked_masks(self) -> str:
        return (
            f"{', '.join(names.mask for names in self.hidden)}{',' if len(self.hidden) == 1 else ''} = masks"
        )

    def _called_forward(self) -> str:
        return f"forward(theta, inputs{', masks' if self.hidden else ''})"

    def _cost(self) -> str:
        words, lines, mean, slope = _COSTS[self.plan.cost]
        body = [
            line.replace("{delta}", repr(self.plan.delta)) for line in [*lines, f"return {mean}, {slope}"]
        ]
        return _function(
            "cost(outputs, targets)", f"Return {words}, and its derivative by each output.", body
        )

    def _loss(self) -> str:
        outputs = f"{self._called_forward()}{'[0]' if self._kept() else ''}"
        lines, decay = [f"value, _ = cost({outputs}, targets)"], self.plan.weight_decay
        result = "return value"
        if decay:
            lines.append("weights = [array for array in arrays(theta) if array.ndim == 2]")
            result += f" + {decay!r}/2*sum((W**2).sum() for W in weights)"
        words = "Return the loss, weight decay included." if decay else "Return the loss."
        return _function(f"loss(theta, inputs, targets{self._masks})", words, [*lines, result])

    def _gradient(self) -> str:
        kept = self._kept()
        lines = [self.unpacking]
        if self.hidden:
            lines.append(self._unpacked_masks())
        values = f", ({', '.join(kept)}{',' if len(kept) == 1 else ''})" if kept else ""
        lines.append(f"outputs{values} = {self._called_forward()}")
        lines.append("_, doutputs = cost(outputs, targets)")
        for names in reversed(self.layers):
            lines += self._layer_back(names)
        derivatives = ", ".join(f"d{name}" for name in self.shapes)
        if len(self.shapes) == 1:
            lines.append(f"return {derivatives}.ravel()")
        else:
            lines.append(f"return np.concatenate([d.ravel() for d in ({derivatives})])")
        words = "Return the gradient by backpropagation: d... is the derivative of the loss by ..."
        return _function(f"gradient(theta, inputs, targets{self._masks})", words, lines)

    def _layer_back(self, names: _Names) -> list[str]:
        layer, lines = names.layer, []
        if layer.dropout:
            lines.append(f"d{names.value} = d{names.output}*{names.mask}")
        if layer.activation != "identity":
            slope = _SLOPES[layer.activation].format(value=names.value, sum=names.bent)
            lines.append(f"d{names.bent} = d{names.value}*{slope}")
        if layer.batch_norm:
            lines += [
                f"d{names.gamma} = (d{names.bent}*{names.n}).sum(axis=0)",
                f"d{names.beta} = d{names.bent}.sum(axis=0)",
                f"d{names.sum} = back_through_norm(d{names.bent}*{names.gamma}, {names.n}, {names.scale})",
            ]
        decay = f" + {self.plan.weight_decay!r}*{names.W}" if self.plan.weight_decay else ""
        lines.append(f"d{names.W} = d{names.sum}.T @ {names.before}{decay}")
        if layer.bias:
            lines.append(f"d{names.b} = d{names.sum}.sum(axis=0)")
        if names.before != "inputs":
            lines.append(f"d{names.before} = d{names.sum} @ {names.W}")
        return lines


def _function(head: str, words: str, body: list[str]) -> str:
    return "\n    ".join([f"def {head}:", f'"""{words}"""', *body])
