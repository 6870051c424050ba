"""Scripts of models that use only NumPy: network, backpropagation and update rule written out."""

from __future__ import annotations

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer, RuleOptimizer
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.batches import check_source
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.factorisation_code import FACTORISATION_NUMPY
from optexplorer.export.code.initial_weights import numpy_start
from optexplorer.export.code.model_script import ModelScript, joined
from optexplorer.export.code.network_numpy import network_numpy
from optexplorer.export.code.update_rule import rule_code


def check_model_numpy(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if the racer's gradients are of an unknown kind, or its optimizer asks for more than them."""
    check_source(experiment.run_spec(racer).gradient_source)
    if racer.optimizer.needs:
        raise CodeError(
            f"{racer.optimizer.title.en} needs second derivatives, which scripts of models do not compute"
        )


def model_numpy_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints step, parameters or their norm, and loss.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If the racer or its model cannot be written as a script.
    """
    check_model_numpy(experiment, racer)
    common = ModelScript(experiment, racer)
    parts, landscape = common.parts, common.landscape
    model = network_numpy(common.plan) if common.plan is not None else FACTORISATION_NUMPY
    plain = _is_plain(racer.optimizer, landscape)
    closed = racer.schedule.closed_loop
    rule = rule_code(racer, common.rows, parts, plain=plain, point="theta", loss="value" if closed else "")
    functions = [*model.functions, *common.batches.functions]
    setup = [
        'np.seterr(all="ignore")',
        *numpy_start(landscape, common.start, parts),
        *common.noise,
    ]
    body = ["value = loss(theta, X, y)"] if closed else []
    body.append(f"print(step, {_columns(common)})")
    examples = f"{common.batches.inputs}, {common.batches.targets}{', masks' if common.masks else ''}"
    if common.masks:
        body.append("masks = dropout_masks(mask_seed, len(batch))")
    if isinstance(common.source, Noisy):
        body.append(f"noise = {common.source.sigma!r}*noise_random.standard_normal(len(theta))")
    if plain:
        body += _gradient(common.source, "theta", examples)
    else:
        functions.append(_sample(common.source, examples))
        setup.append(_bound(common.source, landscape, examples))
        parts.imports.add("from types import SimpleNamespace")
        body.append("g = sample(theta)")
    blocks = [
        common.imports(),
        common.data_definitions(),
        "\n".join(["# The examples", *common.data]),
        f"{common.heading}\nSHAPES = {_shapes(model.shapes)}",
        "\n\n\n".join(functions),
        common.other_definitions(),
        "\n".join(["# Training", *setup, *rule.setup]),
    ]
    last = f"print({common.steps}, {_columns(common)})"
    return joined(blocks, common.batches.loop, [*body, *rule.loop], last)


def _is_plain(optimizer: Optimizer, landscape: Landscape) -> bool:
    """Whether the optimizer needs the gradient alone: no other points, and no matrices of parameters."""
    if not isinstance(optimizer, RuleOptimizer):
        return False
    # One that looks at the landscape says so in a `bind` of its own.
    return type(optimizer).bind is RuleOptimizer.bind or not _has_matrices(landscape)


def _has_matrices(landscape: Landscape) -> bool:
    return any(len(shape) == 2 for _, shape in landscape.blocks)


def _shapes(shapes: dict[str, tuple[int, ...]]) -> str:
    text = ", ".join(f'"{name}": {shape}' for name, shape in shapes.items())
    if len(text) <= 90:
        return f"{{{text}}}"
    return "{\n" + "".join(f'    "{name}": {shape},\n' for name, shape in shapes.items()) + "}"


def _columns(common: ModelScript) -> str:
    """Return Python text for what is printed after the step's number."""
    position = "*theta.tolist()" if common.few else "np.linalg.norm(theta)"
    held_out = ", loss(theta, X_held_out, y_held_out)" if common.prints_held_out else ""
    return f"{position}, loss(theta, X, y){held_out}"


def _gradient(source: GradientSource, point: str, examples: str) -> list[str]:
    """Return the lines that give the gradient `g` of one step."""
    lines = [f"g = gradient({point}, {examples})"]
    if isinstance(source, Noisy):
        factor = "np.linalg.norm(g)*" if source.noise == "proportional" else ""
        lines.append(f"g = g + {factor}noise")
    if source.clip_value:
        lines.append(f"g = np.clip(g, -{source.clip_value!r}, {source.clip_value!r})")
    if source.clip_norm:
        lines.append(f"g = g*min({source.clip_norm!r}/(np.linalg.norm(g) + 1e-6), 1.0)")
    return lines


def _sample(source: GradientSource, examples: str) -> str:
    """Return the function that gives the gradient of a step's examples at any point."""
    lines = [
        '"""Return the gradient at a point, as this step sees it."""',
        *_gradient(source, "point", examples),
        "return g",
    ]
    return "\n    ".join(["def sample(point):", *lines])


def _bound(source: GradientSource, landscape: Landscape, examples: str) -> str:
    """Return the lines that give the `landscape` to which the optimizer is bound."""
    seen = examples if isinstance(source, MiniBatch) else "X, y"
    entries = [
        f"dimension={landscape.dimension}",
        f"blocks={'tuple(SHAPES.items())' if _has_matrices(landscape) else '()'}",
        f"value=lambda point: loss(point, {seen})",
        "gradient=sample",
        "hessian=None, residuals=None, residual_jacobian=None",
    ]
    return "landscape = SimpleNamespace(\n" + "".join(f"    {entry},\n" for entry in entries) + ")"
