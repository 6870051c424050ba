"""A network in PyTorch: its layers, its loss, and dropout whose masks NumPy draws."""

from __future__ import annotations

from typing import NamedTuple

from optexplorer.engine.landscapes.models.predictors.network.activations import LEAK, ActivationName
from optexplorer.export.code.network_plan import Cost, LayerPlan, NetworkPlan

_ACTIVATIONS: dict[ActivationName, str] = {
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
    "relu": "nn.ReLU()",
    "leaky-relu": f"nn.LeakyReLU({LEAK!r})",
    "gelu": "nn.GELU()",
    "identity": "",
}
_COSTS: dict[Cost, str] = {
    "squared": "nn.MSELoss()",
    "absolute": "nn.L1Loss()",
    "huber": "nn.HuberLoss(delta={delta!r})",
    "logistic": "nn.BCEWithLogitsLoss()",
    "cross-entropy": "nn.CrossEntropyLoss()",
}
_DROPOUT = '''class Dropout(nn.Module):
    """As nn.Dropout, but NumPy draws the masks, for the same numbers everywhere."""

    random = None

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, inputs):
        if not self.training:
            return inputs
        kept = torch.from_numpy(Dropout.random.random(inputs.shape) >= self.p)
        return inputs*kept/(1 - self.p)'''


class TorchModel(NamedTuple):
    """A model as a module of PyTorch.

    Attributes
    ----------
    classes : classes of modules that PyTorch lacks
    lines : give `model` and `criterion`
    weight_decay : half of it times all squared weights is added to the loss
    """

    classes: list[str]
    lines: list[str]
    weight_decay: float = 0.0

    def loss(self) -> str:
        """Return the function `loss(inputs, targets)`."""
        lines = ["def loss(inputs, targets):"]
        result = "    return criterion(model(inputs), targets)"
        if self.weight_decay:
            squares = "sum((layer.weight**2).sum() for layer in model if isinstance(layer, nn.Linear))"
            lines += ['    """Return the mean loss with weight decay."""', f"    squares = {squares}"]
            result += f" + {self.weight_decay!r}/2*squares"
        return "\n".join([*lines, result])


def network_torch(plan: NetworkPlan) -> TorchModel:
    """Return the model of a network."""
    modules = [module for layer in plan.layers for module in _modules(layer)]
    if len(modules) <= 2:
        lines = [f"model = nn.Sequential({', '.join(modules)})"]
    else:
        lines = ["model = nn.Sequential(", *(f"    {module}," for module in modules), ")"]
    if plan.batch_norm:
        lines.insert(
            0, "# Without running statistics, batch norm always takes those of the examples that it sees."
        )
    lines.append(f"criterion = {_COSTS[plan.cost].format(delta=plan.delta)}")
    return TorchModel([_DROPOUT] if plan.dropout else [], lines, plan.weight_decay)


def _modules(layer: LayerPlan) -> list[str]:
    found = [
        f"nn.Linear({layer.inputs}, {layer.units}{'' if layer.bias else ', bias=False'})",
        f"nn.BatchNorm1d({layer.units}, track_running_stats=False)" if layer.batch_norm else "",
        _ACTIVATIONS[layer.activation],
        f"Dropout({layer.dropout!r})" if layer.dropout else "",
    ]
    return [module for module in found if module]
