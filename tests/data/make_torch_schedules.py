"""Writes torch_schedules.json: trajectories with torch's schedules. Needs torch 2.13; run it in this folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import lr_scheduler

LANDSCAPES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "himmelblau": lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
}
STARTS = {"himmelblau": (0.5, -1.5), "booth": (-4.0, 6.0)}
STEPS = 60

ADAM = ("Adam", {"lr": 0.05})
HEAVY = ("SGD", {"lr": 0.01, "momentum": 0.9})
# Our id, torch's class and settings: those of the schedule are the same for both.
SCHEDULES: list[tuple[str, str, dict[str, Any]]] = [
    ("constant", "ConstantLR", {"factor": 0.5, "total_iters": 7}),
    ("step", "StepLR", {"step_size": 10, "gamma": 0.5}),
    ("step", "StepLR", {"step_size": 7, "gamma": 0.3}),
    ("multi-step", "MultiStepLR", {"milestones": [30, 5, 50], "gamma": 0.2}),
    ("multi-step", "MultiStepLR", {"milestones": [10, 10, 20], "gamma": 0.5}),
    ("exponential", "ExponentialLR", {"gamma": 0.97}),
    ("linear", "LinearLR", {}),
    ("linear", "LinearLR", {"start_factor": 0.1, "total_iters": 20}),
    ("linear", "LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 45}),
    ("polynomial", "PolynomialLR", {}),
    ("polynomial", "PolynomialLR", {"total_iters": 60, "power": 2.0}),
    ("polynomial", "PolynomialLR", {"total_iters": 30, "power": 0.5}),
    ("cosine", "CosineAnnealingLR", {"T_max": 60, "eta_min": 0.0001}),
    ("cosine", "CosineAnnealingLR", {"T_max": 23, "eta_min": 0.001}),
    ("cosine-restarts", "CosineAnnealingWarmRestarts", {"T_0": 10, "T_mult": 2}),
    ("cosine-restarts", "CosineAnnealingWarmRestarts", {"T_0": 17, "eta_min": 0.002}),
    ("one-cycle", "OneCycleLR", {"max_lr": 0.1, "total_steps": 61}),
    (
        "one-cycle",
        "OneCycleLR",
        {"max_lr": 0.02, "total_steps": 61, "three_phase": True, "base_momentum": 0.6},
    ),
    (
        "one-cycle",
        "OneCycleLR",
        {
            "max_lr": 0.03,
            "total_steps": 80,
            "anneal_strategy": "linear",
            "pct_start": 0.45,
            "div_factor": 5.0,
            "final_div_factor": 100.0,
            "max_momentum": 0.99,
        },
    ),
    ("one-cycle", "OneCycleLR", {"max_lr": 0.03, "total_steps": 61, "cycle_momentum": False}),
    ("cyclic", "CyclicLR", {"base_lr": 0.001, "max_lr": 0.02}),
    ("cyclic", "CyclicLR", {"base_lr": 0.001, "max_lr": 0.02, "step_size_up": 9, "step_size_down": 4}),
    (
        "cyclic",
        "CyclicLR",
        {"base_lr": 0.002, "max_lr": 0.01, "step_size_up": 6, "mode": "triangular2", "max_momentum": 0.95},
    ),
    (
        "cyclic",
        "CyclicLR",
        {
            "base_lr": 0.002,
            "max_lr": 0.02,
            "step_size_up": 5,
            "mode": "exp_range",
            "gamma": 0.98,
            "base_momentum": 0.5,
        },
    ),
    ("cyclic", "CyclicLR", {"base_lr": 0.001, "max_lr": 0.01, "step_size_up": 8, "cycle_momentum": False}),
    ("plateau", "ReduceLROnPlateau", {"factor": 0.5, "patience": 3}),
    ("plateau", "ReduceLROnPlateau", {"factor": 0.7, "patience": 0, "cooldown": 2, "min_lr": 0.003}),
    (
        "plateau",
        "ReduceLROnPlateau",
        {"factor": 0.3, "patience": 1, "threshold": 2.0, "threshold_mode": "abs"},
    ),
    ("plateau", "ReduceLROnPlateau", {"factor": 0.5, "patience": 1, "threshold": 0.5, "eps": 0.002}),
]
# What follows a warm-up of 8 steps that begins at a fifth of the rate.
AFTER_WARMUP: list[tuple[str, str, dict[str, Any]]] = [
    ("cosine", "CosineAnnealingLR", {"T_max": 52}),
    ("step", "StepLR", {"step_size": 10, "gamma": 0.5}),
    ("exponential", "ExponentialLR", {"gamma": 0.95}),
    ("polynomial", "PolynomialLR", {"total_iters": 40, "power": 2.0}),
]


def descend(
    landscape: str, optimizer: tuple[str, dict[str, Any]], make: Callable[[Any], Any]
) -> dict[str, Any]:
    x = torch.tensor(STARTS[landscape], dtype=torch.float64, requires_grad=True)
    steps = getattr(torch.optim, optimizer[0])([x], **optimizer[1])
    schedule = make(steps)
    positions, rates, momenta = [x.tolist()], [], []
    for _ in range(STEPS):
        group = steps.param_groups[0]
        rates.append(float(group["lr"]))
        momenta.append(group["betas"][0] if "betas" in group else group["momentum"])
        steps.zero_grad()
        loss = LANDSCAPES[landscape](x[0], x[1])
        loss.backward()
        steps.step()
        positions.append(x.tolist())
        if isinstance(schedule, lr_scheduler.ReduceLROnPlateau):
            schedule.step(loss.item())
        else:
            schedule.step()
    return {"x": positions, "lr": rates, "momentum": momenta}


def warmed_up(optimizer: Any, name: str, settings: dict[str, Any]) -> Any:
    rise = lr_scheduler.LinearLR(optimizer, start_factor=0.2, total_iters=8)
    after = getattr(lr_scheduler, name)(optimizer, **settings)
    return lr_scheduler.SequentialLR(optimizer, [rise, after], milestones=[8])


def main() -> None:
    cases = []
    for landscape, optimizer in (("himmelblau", ADAM), ("booth", HEAVY)):
        about = {"landscape": landscape, "start": STARTS[landscape], "optimizer": optimizer}
        for id, name, settings in SCHEDULES:
            made = descend(
                landscape, optimizer, lambda o, n=name, s=settings: getattr(lr_scheduler, n)(o, **s)
            )
            cases.append({**about, "schedule": {"id": id, **settings}, **made})
        for id, name, settings in AFTER_WARMUP:
            made = descend(landscape, optimizer, lambda o, n=name, s=settings: warmed_up(o, n, s))
            warmup = {"id": "warmup", "start_factor": 0.2, "total_iters": 8, "then": {"id": id, **settings}}
            cases.append({**about, "schedule": warmup, **made})
    text = json.dumps({"source": f"torch {torch.__version__.split('+')[0]}, float64", "cases": cases})
    Path("torch_schedules.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
