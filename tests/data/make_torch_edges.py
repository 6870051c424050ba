"""Writes torch_edges.json: PyTorch's optimizers and schedules at the edges of their settings.

Made with torch 2.13.0 (CPU): `python make_torch_edges.py`.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch.optim import lr_scheduler

STEPS = 24
LANDSCAPES: dict[str, tuple[Callable[[Any, Any], Any], list[float]]] = {
    "himmelblau": (lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2, [0.5, -1.5]),
    "ravine": (lambda x, y: x * x + 10 * y * y, [-3.0, 2.5]),
}
JOINED = {
    "betas": ("beta1", "beta2"),
    "etas": ("eta_minus", "eta_plus"),
    "step_sizes": ("step_size_min", "step_size_max"),
    "ns_coefficients": ("ns_a", "ns_b", "ns_c"),
}
IDS = {"Adafactor": "adafactor", "LBFGS": "l-bfgs"}

# Every hyperparameter at zero, and what zero switches off together with what it leaves on.
OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.01, "maximize": True}),
    ("SGD", {"lr": 0.01, "weight_decay": 0.5, "maximize": True}),
    ("SGD", {"lr": 0.01, "momentum": 0.0, "dampening": 0.5}),
    ("SGD", {"lr": 0.01, "momentum": 0.0, "dampening": 1.0, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 1.0}),
    ("SGD", {"lr": 0.01, "momentum": 1.0}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "nesterov": True, "maximize": True}),
    ("SGD", {"lr": 0.01, "momentum": 1.0, "nesterov": True}),
    ("Adagrad", {"lr": 0.5, "eps": 0.0}),
    ("Adagrad", {"lr": 0.5, "eps": 0.0, "initial_accumulator_value": 1.0, "maximize": True}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.0}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.0, "momentum": 0.9, "eps": 0.0}),
    ("RMSprop", {"lr": 0.02, "eps": 0.0, "centered": True, "weight_decay": 0.1, "maximize": True}),
    ("RMSprop", {"lr": 0.02, "momentum": 1.0}),
    ("Adadelta", {"lr": 1.0, "rho": 0.0, "eps": 1e-3}),
    ("Adadelta", {"lr": 1.0, "eps": 0.0}),
    ("Adadelta", {"lr": 1.0, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {"lr": 0.1, "betas": [0.0, 0.0]}),
    ("Adam", {"lr": 0.1, "betas": [0.0, 0.999], "eps": 0.0}),
    ("Adam", {"lr": 0.1, "betas": [0.9, 0.0], "amsgrad": True}),
    ("Adam", {"lr": 0.1, "eps": 0.0, "amsgrad": True, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {"lr": 0.1, "eps": 1.0, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("AdamW", {"lr": 0.1, "betas": [0.0, 0.0], "eps": 0.0}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.0, "amsgrad": True, "maximize": True}),
    ("AdamW", {"lr": 0.1, "weight_decay": 20.0}),
    ("Adamax", {"lr": 0.1, "betas": [0.0, 0.0], "eps": 0.0}),
    ("Adamax", {"lr": 0.1, "betas": [0.9, 0.5], "weight_decay": 0.1, "maximize": True}),
    ("NAdam", {"lr": 0.1, "betas": [0.0, 0.0], "eps": 0.0}),
    ("NAdam", {"lr": 0.1, "momentum_decay": 0.0}),
    ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {"lr": 0.02, "betas": [0.0, 0.0]}),
    ("RAdam", {"lr": 0.02, "betas": [0.9, 0.7], "eps": 0.0}),
    ("RAdam", {"lr": 0.02, "betas": [0.0, 0.999], "weight_decay": 0.1, "maximize": True}),
    ("Rprop", {"lr": 0.1, "maximize": True}),
    ("Rprop", {"lr": 0.1, "step_sizes": [0.1, 0.1]}),
    ("Rprop", {"lr": 0.1, "step_sizes": [0.5, 1.0]}),
    ("ASGD", {"lr": 0.01, "lambd": 0.0, "alpha": 0.0, "t0": 0.0}),
    ("ASGD", {"lr": 0.01, "lambd": 1.0, "alpha": 1.0, "t0": 1.0, "weight_decay": 0.1, "maximize": True}),
    ("LBFGS", {"lr": 0.1, "max_iter": 1, "tolerance_grad": 0.0, "tolerance_change": 0.0}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adafactor", {"lr": 2.0, "beta2_decay": -0.5, "eps": [0.5, 1.0], "d": 1.5}),
    ("Adafactor", {"lr": 0.1, "beta2_decay": 0.0, "eps": [0.0, 0.0], "maximize": True}),
    ("Adafactor", {"lr": 0.1, "beta2_decay": -3.0, "eps": [None, 1e-3], "maximize": True}),
    ("Muon", {}),
    ("Muon", {"lr": 0.1, "weight_decay": 0.0, "nesterov": False}),
    ("Muon", {"lr": 0.1, "momentum": 0.0, "adjust_lr_fn": "match_rms_adamw"}),
    ("Muon", {"lr": 0.1, "momentum": 0.0, "nesterov": False, "ns_steps": 0}),
    ("Muon", {"lr": 0.1, "ns_coefficients": [1.5, -0.5, 0.0], "ns_steps": 9, "eps": 0.5}),
]

HEAVY: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.01, "momentum": 0.9}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.5, "centered": True}),
    ("Adam", {"lr": 0.05}),
    ("Adam", {"lr": 0.05, "amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.05}),
    ("Adamax", {"lr": 0.05}),
    ("NAdam", {"lr": 0.05}),
    ("RAdam", {"lr": 0.05}),
    ("Muon", {"lr": 0.05}),
]
MOMENTA = (
    {"base_momentum": 0.0},
    {"max_momentum": 0.0, "base_momentum": 0.6},
    {"base_momentum": 0.0, "max_momentum": 0.0},
)
ONE, UP = {"max_lr": 0.05, "total_steps": STEPS}, {"base_lr": 0.001, "max_lr": 0.05, "step_size_up": 5}
MOVING = [
    *(("one-cycle", {**ONE, **momenta}) for momenta in MOMENTA),
    ("one-cycle", {**ONE, **MOMENTA[0], "three_phase": True, "anneal_strategy": "linear"}),
    *(("cyclic", {**UP, **momenta}) for momenta in MOMENTA),
    ("cyclic", {**UP, **MOMENTA[0], "step_size_down": 1, "mode": "triangular2"}),
    ("cyclic", {**UP, **MOMENTA[0], "mode": "exp_range", "gamma": 0.9}),
]

CLASSES = {
    "constant": "ConstantLR",
    "step": "StepLR",
    "multi-step": "MultiStepLR",
    "exponential": "ExponentialLR",
    "linear": "LinearLR",
    "polynomial": "PolynomialLR",
    "cosine": "CosineAnnealingLR",
    "cosine-restarts": "CosineAnnealingWarmRestarts",
    "one-cycle": "OneCycleLR",
    "cyclic": "CyclicLR",
    "plateau": "ReduceLROnPlateau",
}
STILL = {"cycle_momentum": False}
SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("constant", {"factor": 0.2, "total_iters": 0}),
    ("constant", {"factor": 0.2, "total_iters": 1}),
    ("constant", {"factor": 1.0, "total_iters": 3}),
    ("step", {"step_size": 1, "gamma": 0.9}),
    ("step", {"step_size": 4, "gamma": 1.0}),
    ("multi-step", {"milestones": [0, 3], "gamma": 0.5}),
    ("multi-step", {"milestones": [], "gamma": 0.5}),
    ("multi-step", {"milestones": [1, 1, 1], "gamma": 0.5}),
    ("exponential", {"gamma": 1.0}),
    ("exponential", {"gamma": 1.1}),
    ("linear", {"total_iters": 1}),
    ("linear", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 1}),
    ("linear", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 7}),
    ("polynomial", {"total_iters": 1}),
    ("polynomial", {"total_iters": 1, "power": 3.0}),
    ("polynomial", {"total_iters": 9, "power": 0.5}),
    ("cosine", {"T_max": 1}),
    ("cosine", {"T_max": 2, "eta_min": 0.02}),
    ("cosine-restarts", {"T_0": 1}),
    ("cosine-restarts", {"T_0": 1, "T_mult": 2}),
    ("cosine-restarts", {"T_0": 5, "T_mult": 3, "eta_min": 0.02}),
    ("one-cycle", {**ONE, **STILL}),
    ("one-cycle", {**ONE, **STILL, "pct_start": 0.0}),
    ("one-cycle", {**ONE, **STILL, "pct_start": 1.0}),
    ("one-cycle", {**ONE, **STILL, "pct_start": 0.01}),
    ("one-cycle", {**ONE, **STILL, "three_phase": True, "pct_start": 0.6}),
    ("one-cycle", {**ONE, **STILL, "three_phase": True, "pct_start": 0.4, "anneal_strategy": "linear"}),
    ("one-cycle", {**ONE, **STILL, "total_steps": 25, "div_factor": 1.0, "final_div_factor": 1.0}),
    ("cyclic", {**UP, **STILL, "step_size_up": 1}),
    ("cyclic", {**UP, **STILL, "step_size_up": 1, "step_size_down": 3, "mode": "triangular2"}),
    ("cyclic", {**UP, **STILL, "mode": "exp_range", "gamma": 1.0}),
    ("cyclic", {**UP, **STILL, "base_lr": 0.05, "max_lr": 0.01}),
    ("plateau", {"factor": 0.0, "patience": 0}),
    ("plateau", {"factor": 0.5, "patience": 0, "threshold": 1.0}),
    ("plateau", {"factor": 0.5, "patience": 0, "threshold": 0.0, "threshold_mode": "abs", "eps": 0.0}),
    ("plateau", {"factor": 0.5, "patience": 0, "min_lr": 1.0}),
    ("plateau", {"factor": 0.5, "patience": 0, "mode": "max", "cooldown": 1}),
    ("plateau", {"factor": 0.5, "patience": 0, "mode": "max", "threshold_mode": "abs"}),
]
RISES = (
    {"start_factor": 0.2, "total_iters": 6},
    {"start_factor": 0.5, "total_iters": 1},
    {"start_factor": 1.0, "total_iters": 4},
)


def loss(landscape: str, p: torch.Tensor) -> torch.Tensor:
    x, y = p.reshape(2)
    return LANDSCAPES[landscape][0](x, y)


def descend(
    name: str, settings: dict[str, Any], landscape: str, make: Callable[[Any], Any] | None = None
) -> dict[str, Any]:
    column = name == "Muon"
    start = torch.tensor(LANDSCAPES[landscape][1], dtype=torch.float64)
    p = (start[:, None] if column else start).clone().requires_grad_()
    optimizer = getattr(torch.optim, name)([p], **settings)
    schedule = make(optimizer) if make else None
    rows, rates, value = [p.detach().flatten().tolist()], [], torch.tensor(math.nan)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(landscape, p)
        value.backward()
        return value

    for step in range(STEPS):
        if schedule is not None and step:
            schedule.step(*([value.item()] if isinstance(schedule, lr_scheduler.ReduceLROnPlateau) else []))
        rates.append(float(optimizer.param_groups[0]["lr"]))
        value = optimizer.step(closure)
        rows.append(p.detach().flatten().tolist())
    return {"lr": rates, "x": rows}


def ours(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return id and settings of the same optimizer here."""
    settings = {**settings}
    for joined, names in JOINED.items():
        if joined in settings:
            settings |= dict(zip(names, settings.pop(joined), strict=True))
    if name == "Adafactor" and "eps" in settings:
        eps1, settings["eps2"] = settings.pop("eps")
        settings |= {} if eps1 is None else {"eps1": eps1}
    settings.pop("max_iter", None)
    id = IDS.get(name, name.lower())
    if name == "SGD":
        id = "nesterov" if settings.pop("nesterov", False) else "momentum" if "momentum" in settings else "gd"
    return {"id": id, "settings": settings}


def case(
    name: str, settings: dict[str, Any], landscape: str, schedule: dict[str, Any] | None, made: dict[str, Any]
) -> dict[str, Any]:
    short = [[float(f"{v:.13g}") if math.isfinite(v) else None for v in row] for row in made["x"]]
    about = {**ours(name, settings), "landscape": landscape, "start": LANDSCAPES[landscape][1]}
    rates = {"schedule": schedule, "lr": [float(f"{rate:.13g}") for rate in made["lr"]]} if schedule else {}
    return {**about, **rates, "x": short}


def single(id: str, settings: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda optimizer: getattr(lr_scheduler, CLASSES[id])(optimizer, **settings)


def warmed_up(rise: dict[str, Any], id: str, settings: dict[str, Any]) -> Callable[[Any], Any]:
    def make(optimizer: Any) -> Any:
        first = lr_scheduler.LinearLR(optimizer, **rise)
        after = getattr(lr_scheduler, CLASSES[id])(optimizer, **settings)
        return lr_scheduler.SequentialLR(optimizer, [first, after], milestones=[rise["total_iters"]])

    return make


def cases() -> Iterator[dict[str, Any]]:
    for (name, settings), landscape in product(OPTIMIZERS, LANDSCAPES):
        yield case(name, settings, landscape, None, descend(name, settings, landscape))
    for (name, settings), (id, schedule) in product(HEAVY, MOVING):
        if name == "RMSprop" and schedule.get("max_momentum") == 0.0:
            # PyTorch fails: it makes no buffer where the momentum begins at zero.
            continue
        made = descend(name, settings, "ravine", single(id, schedule))
        yield case(name, settings, "ravine", {"id": id, **schedule}, made)
    for name, settings in (HEAVY[0], HEAVY[5]):
        for id, schedule in (MOVING[0], MOVING[4]):
            then = {"id": "warmup", **RISES[0], "then": {"id": id, **schedule}}
            made = descend(name, settings, "ravine", warmed_up(RISES[0], id, schedule))
            yield case(name, settings, "ravine", then, made)
    plain = ("SGD", {"lr": 0.01})
    for id, schedule in SCHEDULES:
        yield case(*plain, "ravine", {"id": id, **schedule}, descend(*plain, "ravine", single(id, schedule)))
        if id == "plateau":
            continue
        for rise in RISES:
            then = {"id": "warmup", **rise, "then": {"id": id, **schedule}}
            yield case(*plain, "ravine", then, descend(*plain, "ravine", warmed_up(rise, id, schedule)))


def main() -> None:
    # PyTorch keeps the scalar states of NAdam (its product of momenta) and of ASGD (its rate) in the default type.
    torch.set_default_dtype(torch.float64)
    # Muon makes its matrices orthogonal in bfloat16, whose three digits say little about the rule.
    torch.Tensor.bfloat16 = torch.Tensor.clone
    warnings.simplefilter("ignore")
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases())
    source = json.dumps(f"torch {torch.__version__}, float64; see make_torch_edges.py")
    Path(__file__).with_name("torch_edges.json").write_text(
        f'{{"source": {source},\n"cases": [\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
