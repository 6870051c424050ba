"""Writes torch_networks.json: losses, gradients and Hessian–vector products of small networks, by PyTorch.

Made with torch 2.13.0 (CPU): `python make_torch_networks.py`.
"""

from __future__ import annotations

import json
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

torch.set_default_dtype(torch.float64)

FEATURES, HIDDEN, CLASSES, EXAMPLES = 2, (3, 2), 3, 5
RATE, MASK_SEED, DECAY = 0.4, 11, 0.3
ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": functional.relu,
    "leaky-relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "identity": lambda z: z,
}
INITS = {
    "zeros": nn.init.zeros_,
    "normal": lambda weight: nn.init.normal_(weight, std=0.8),
    "xavier": nn.init.xavier_uniform_,
    "he": nn.init.kaiming_normal_,
}
DIGITS = 12


def drawn_masks() -> list[torch.Tensor]:
    """Return dropout's masks, as they are promised: NumPy's numbers below the rate switch off."""
    random = np.random.default_rng(MASK_SEED)
    return [torch.tensor((random.random((EXAMPLES, units)) >= RATE) / (1 - RATE)) for units in HIDDEN]


def parameters(init: str, outputs: int, batch_norm: bool) -> list[torch.Tensor]:
    """Return the parameters in the order of the blocks; biases, γ and β are moved away from where they begin."""
    torch.manual_seed(5)
    found = []
    sizes = (FEATURES, *HIDDEN, outputs)
    for i, (inputs, units) in enumerate(pairwise(sizes)):
        weight = INITS[init](torch.empty(units, inputs))
        found += [weight, torch.zeros(units) if init == "zeros" else 0.3 * torch.randn(units)]
        if batch_norm and i < len(HIDDEN):
            found += [1 + 0.2 * torch.randn(units), 0.2 * torch.randn(units)]
    return [p.requires_grad_() for p in found]


def loss_of(
    given: list[torch.Tensor],
    inputs: torch.Tensor,
    targets: torch.Tensor,
    case: dict[str, Any],
    masks: list[torch.Tensor],
) -> torch.Tensor:
    rest, x, decay = iter(given), inputs, torch.zeros(())
    for layer in range(len(HIDDEN) + 1):
        weight, bias = next(rest), next(rest)
        decay = decay + (weight**2).sum()
        x = functional.linear(x, weight, bias)
        if layer == len(HIDDEN):
            break
        if case["batch_norm"]:
            x = functional.batch_norm(x, None, None, next(rest), next(rest), training=True)
        x = ACTIVATIONS[case["activation"]](x)
        if case["dropout"]:
            x = x * masks[layer]
    regression = case["task"] == "regression"
    loss = (
        functional.mse_loss(x, targets[:, None])
        if regression
        else functional.cross_entropy(x, targets.long())
    )
    return loss + case["weight_decay"] / 2 * decay


def flat(tensors: Any) -> torch.Tensor:
    return torch.cat([t.reshape(-1) for t in tensors])


def numbers(tensor: torch.Tensor) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in tensor.detach().reshape(-1).tolist()]


def main() -> None:
    torch.manual_seed(1)
    inputs = torch.randn(EXAMPLES, FEATURES)
    targets = {"regression": torch.randn(EXAMPLES), "classification": torch.tensor([0.0, 2.0, 1.0, 2.0, 0.0])}
    direction, masks = torch.randn(60), drawn_masks()
    points: dict[str, list[float]] = {}
    cases = []
    for task, init, batch_norm in product(targets, INITS, (False, True)):
        given = parameters(init, CLASSES if task == "classification" else 1, batch_norm)
        point = f"{task}-{init}-{batch_norm}"
        points[point] = flat(given).tolist()
        for activation, weight_decay, dropout in product(ACTIVATIONS, (0.0, DECAY), (0.0, RATE)):
            case: dict[str, Any] = {
                "task": task,
                "activation": activation,
                "init": init,
                "weight_decay": weight_decay,
                "dropout": dropout,
                "batch_norm": batch_norm,
                "point": point,
            }
            loss = loss_of(given, inputs, targets[task], case, masks)
            gradient = flat(torch.autograd.grad(loss, given, create_graph=True))
            case["loss"], case["gradient"] = loss.item(), numbers(gradient)
            if init == "xavier" and not dropout:
                # PyTorch's own double backward.
                along = (gradient * direction[: len(gradient)]).sum()
                moved = torch.autograd.grad(along, given, materialize_grads=True)
                case["product"] = numbers(flat(moved))
            cases.append(case)
    shared = {
        "inputs": inputs.tolist(),
        "targets": {task: values.tolist() for task, values in targets.items()},
        "hidden": list(HIDDEN),
        "classes": CLASSES,
        "direction": direction.tolist(),
        "mask_seed": MASK_SEED,
        "rate": RATE,
        "masks": [(mask > 0).int().tolist() for mask in masks],
        "points": points,
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    source = f"torch {torch.__version__}, float64; see make_torch_networks.py"
    text = f'{{"source": "{source}",\n"shared":{json.dumps(shared)},\n"cases":[\n{lines}\n]}}\n'
    Path(__file__).with_name("torch_networks.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
