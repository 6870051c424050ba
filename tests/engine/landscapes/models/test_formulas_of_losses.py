"""The loss of each model as a formula that can be drawn."""

from __future__ import annotations

from typing import Any

import pytest
import ziamath

from optexplorer.engine.landscapes.models.definition import ModelDefinition


@pytest.mark.parametrize(
    ("data", "model", "part"),
    [
        ("line", {"id": "linear"}, r"\left(w x_i + b - y_i\right)^2"),
        ("plane", {"id": "linear", "bias": False}, r"\left(\mathbf{w} \cdot \mathbf{x}_i - y_i\right)^2"),
        ("line", {"id": "linear", "loss": "absolute"}, r"\left|w x_i + b - y_i\right|"),
        ("line", {"id": "linear", "loss": "huber"}, r"H_\delta"),
        ("moons", {"id": "logistic"}, r"s_i = \mathbf{w} \cdot \mathbf{x}_i + b"),
        ("moons", {"id": "logistic", "bias": False}, r"s_i = \mathbf{w} \cdot \mathbf{x}_i"),
        ("line", {"id": "two-layer"}, r"\left(w_2 w_1 x_i - y_i\right)^2"),
        ("line", {"id": "two-layer", "activation": "tanh"}, r"\tanh\left(w_1 x_i\right)"),
        ("line", {"id": "mlp", "hidden": []}, r"\left(W_1 \mathbf{x}_i + \mathbf{b}_1 - y_i\right)^2"),
        ("moons", {"id": "mlp", "hidden": [4]}, r"-\log \mathrm{softmax}_{y_i}"),
        ("moons", {"id": "mlp", "hidden": [4, 4], "batch_norm": True}, r"\mathrm{BN}_2"),
        ("moons", {"id": "mlp", "hidden": [4, 4, 4]}, r"f_\theta(\mathbf{x}_i)"),
        ("moons", {"id": "mlp", "weight_decay": 0.1}, r"\frac{\lambda}{2}"),
        ("line", {"id": "neuron"}, r"\sum_{i=1}^{N}"),
        ("matrix", {"id": "factorisation"}, ""),
    ],
)
def test_the_formula_says_what_is_summed(data: str, model: dict[str, Any], part: str) -> None:
    latex = ModelDefinition(data=data, model=model).landscape().latex  # type: ignore[arg-type]
    assert part in latex
    assert "<svg" in ziamath.Latex(latex).svg()
