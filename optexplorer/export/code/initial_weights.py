"""Where the parameters of a model begin, as code: drawn by the model's own rule, or as numbers."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.engine.landscapes.models.predictors.network.initialisation import InitName
from optexplorer.export.code.embedded_numbers import embedded
from optexplorer.export.code.extraction import Extraction

_RULES: dict[InitName, tuple[str, tuple[str, ...]]] = {
    "zeros": ("all 0", ("weight = np.zeros(shape)",)),
    "normal": (
        "normal, of standard deviation {sigma!r}",
        ("weight = {sigma!r}*random.standard_normal(shape)",),
    ),
    "xavier": (
        "Xavier's: uniform up to √(6/(inputs + outputs))",
        ("bound = np.sqrt(6/sum(shape))", "weight = random.uniform(-bound, bound, shape)"),
    ),
    "he": (
        "He's: normal, of standard deviation √(2/inputs)",
        ("weight = np.sqrt(2/shape[1])*random.standard_normal(shape)",),
    ),
}
"""In words, and lines that give the weight of one layer of a shape (outputs, inputs)."""


def numpy_start(landscape: ModelLandscape, start: tuple[float, ...], parts: Extraction) -> list[str]:
    """Return the lines that give the vector `theta` of all parameters before the first step."""
    drawn = _drawn(landscape, start)
    if drawn is None:
        return _numbers(start, parts)
    words, weight, seed = drawn
    others = "np.zeros(shape)"
    if landscape.predictor.couples_examples:
        # Batch norm begins with what changes nothing.
        others = 'np.full(shape, 1.0 if name.startswith("gamma") else 0.0)'
    return [
        f"# Initial weights are {words}; biases are 0.",
        *seed,
        "theta = []",
        "for name, shape in SHAPES.items():",
        '    if name.startswith("W"):',
        *(f"        {line}" for line in weight),
        "        theta.append(weight.ravel())",
        "    else:",
        f"        theta.append({others})",
        "theta = np.concatenate(theta)",
    ]


def torch_start(landscape: ModelLandscape, start: tuple[float, ...], parts: Extraction) -> list[str]:
    """Return the lines that set the parameters of `model` before the first step."""
    drawn = _drawn(landscape, start)
    if drawn is None and not any(start):
        return [f"nn.utils.vector_to_parameters(torch.zeros({len(start)}), model.parameters())"]
    if drawn is None:
        return [
            *_numbers(start, parts),
            "nn.utils.vector_to_parameters(torch.from_numpy(theta), model.parameters())",
        ]
    words, weight, seed = drawn
    return [
        f"# Initial weights are {words}; biases are 0.",
        "# NumPy draws them, for the same numbers everywhere.",
        *seed,
        "with torch.no_grad():",
        "    for layer in model:",
        "        if isinstance(layer, nn.Linear):",
        "            shape = layer.weight.shape",
        *(f"            {line}" for line in weight),
        "            layer.weight.copy_(torch.from_numpy(weight))",
        "            layer.bias.zero_()",
    ]


def _drawn(landscape: ModelLandscape, start: tuple[float, ...]) -> tuple[str, list[str], list[str]] | None:
    """Return the rule by which the model draws the start: words, lines for a weight, and a line for the seed.

    None where another point was chosen, or the model draws nothing.
    """
    model = landscape.definition.model
    if not isinstance(model, MLP) or start != landscape.start:
        return None
    words, lines = _RULES[model.init]
    seed = [] if model.init == "zeros" else [f"random = np.random.default_rng({model.seed})"]
    return words.format(sigma=model.sigma), [line.format(sigma=model.sigma) for line in lines], seed


def _numbers(start: tuple[float, ...], parts: Extraction) -> list[str]:
    if not any(start):
        return [f"theta = np.zeros({len(start)})"]
    code = embedded("theta", np.array(start), "the initial parameters")
    parts.imports.update(code.imports)
    return code.lines
