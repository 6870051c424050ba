"""Scripts of models for PyTorch: its own layers, losses, optimizers and schedulers."""

from __future__ import annotations

from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.batches import check_source
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.factorisation_code import FACTORISATION_TORCH
from optexplorer.export.code.initial_weights import torch_start
from optexplorer.export.code.model_script import ModelScript, check_batch_norm, joined, model_landscape
from optexplorer.export.code.network_torch import TorchModel, network_torch
from optexplorer.export.code.schedules import schedule_code
from optexplorer.export.code.torch_optimizer import optimizer_text, rate_lines, torch_arguments
from optexplorer.export.code.torch_schedules import scheduler_of


def check_model_torch(experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if PyTorch cannot follow the racer."""
    check_source(experiment.run_spec(racer).gradient_source)
    torch_arguments(racer, experiment.steps + 1)
    if racer.optimizer.torch_class == "Adafactor":
        raise CodeError(
            "PyTorch's Adafactor treats each matrix by itself, so it takes other steps with a model"
        )
    check_batch_norm(model_landscape(experiment.resolve_landscape()), experiment, racer)


def model_torch_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints step, parameters or their norm, and loss.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If PyTorch has no such optimizer, or takes other steps with it.
    """
    check_model_torch(experiment, racer)
    common = ModelScript(experiment, racer)
    parts, optimizer = common.parts, racer.optimizer
    arguments = torch_arguments(racer, common.rows)
    closed = racer.schedule.closed_loop
    scheduler = scheduler_of(racer, common.rows)
    own = schedule_code(racer, common.rows, parts, "value") if scheduler is None else None
    model = _model(common)
    setup = [
        f"optimizer = {optimizer_text(optimizer, arguments, 'model.parameters()')}",
        *([f"scheduler = {scheduler}"] if scheduler else []),
        *(own.setup if own is not None else []),
        *common.noise,
    ]
    body = ["value = evaluate(X, y)"] if closed else []
    body += ["show(step)", *(rate_lines(own, arguments) if own is not None else []), *_noise(common)]
    body += _stepping(common, closure=optimizer.torch_class == "LBFGS")
    if scheduler:
        body.append("scheduler.step(value)" if closed else "scheduler.step()")
    if own is not None:
        body += own.after
    begin = torch_start(common.landscape, common.start, parts)
    blocks = [
        f"{common.imports('import torch', 'from torch import nn')}\n\ntorch.set_default_dtype(torch.float64)",
        common.data_definitions(),
        "\n".join(["# The examples", *common.data, *_tensors(common)]),
        *model.classes,
        "\n".join([common.heading, *model.lines, *begin]),
        *_functions(common, model),
        *common.batches.functions,
        common.other_definitions(),
        "\n".join(["# Training", *setup]),
    ]
    return joined(blocks, common.batches.loop, body, f"show({common.steps})")


def _model(common: ModelScript) -> TorchModel:
    if common.plan is None:
        return TorchModel([FACTORISATION_TORCH], ["model = Product()", "criterion = nn.MSELoss()"])
    return network_torch(common.plan)


def _tensors(common: ModelScript) -> list[str]:
    lines = ["X, y = torch.from_numpy(X), torch.from_numpy(y)"]
    if common.prints_held_out:
        lines.append("X_held_out, y_held_out = torch.from_numpy(X_held_out), torch.from_numpy(y_held_out)")
    return lines


def _functions(common: ModelScript, model: TorchModel) -> list[str]:
    """Return what gives the loss, and what prints."""
    evaluate = ["@torch.no_grad()", "def evaluate(inputs, targets):"]
    if common.masks:
        evaluate += [
            '    """Return the loss without dropout."""',
            "    model.eval()",
            "    value = loss(inputs, targets).item()",
            "    model.train()",
            "    return value",
        ]
    else:
        evaluate.append("    return loss(inputs, targets).item()")
    position = "*theta.tolist()" if common.few else "theta.norm().item()"
    held_out = ", evaluate(X_held_out, y_held_out)" if common.prints_held_out else ""
    show = [
        "def show(step):",
        "    theta = nn.utils.parameters_to_vector(model.parameters())",
        f"    print(step, {position}, evaluate(X, y){held_out})",
    ]
    return [model.loss(), "\n".join(evaluate), "\n".join(show)]


def _noise(common: ModelScript) -> list[str]:
    """Return the line that draws the noise of one step."""
    if not isinstance(common.source, Noisy):
        return []
    drawn = f"{common.source.sigma!r}*torch.from_numpy(noise_random.standard_normal(p.shape))"
    return [f"noise = [{drawn} for p in model.parameters()]"]


def _stepping(common: ModelScript, *, closure: bool) -> list[str]:
    """Return the lines that take one step."""
    source, value = common.source, f"loss({common.batches.inputs}, {common.batches.targets})"
    masks = ["Dropout.random = np.random.default_rng(mask_seed)"] if common.masks else []
    changes = []
    if isinstance(source, Noisy):
        factor = ""
        if source.noise == "proportional":
            changes.append("size = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()")
            factor = "size*"
        changes += ["for p, e in zip(model.parameters(), noise):", f"    p.grad += {factor}e"]
    if source.clip_value:
        changes.append(f"nn.utils.clip_grad_value_(model.parameters(), {source.clip_value!r})")
    if source.clip_norm:
        changes.append(f"nn.utils.clip_grad_norm_(model.parameters(), {source.clip_norm!r})")
    if not closure:
        return [*masks, "optimizer.zero_grad()", f"{value}.backward()", *changes, "optimizer.step()"]
    inside = [
        *masks,
        "optimizer.zero_grad()",
        f"found = {value}",
        "found.backward()",
        *changes,
        "return found",
    ]
    return ["def closure():", *(f"    {line}" for line in inside), "", "optimizer.step(closure)"]
