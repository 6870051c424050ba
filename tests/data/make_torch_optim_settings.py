"""Writes torch_optim_settings.json: PyTorch's own optimizers in many settings.

Made with torch 2.13.0 (CPU): `python make_torch_optim_settings.py`.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch

STEPS = 30
STARTS = {"rosenbrock": [-1.2, 1.0], "himmelblau": [0.5, -1.5], "booth": [-4.0, 6.0]}
WOLFE = {"max_iter": 1, "max_eval": 26, "line_search_fn": "strong_wolfe"}
SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.001, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.001, "momentum": 0.7, "dampening": 0.5}),
    ("SGD", {"lr": 0.001, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.5, "lr_decay": 0.1, "eps": 1e-3}),
    ("Adagrad", {"lr": 0.5, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.02, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.02, "centered": True, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.5, "momentum": 0.9, "weight_decay": 0.01}),
    ("Adadelta", {"lr": 5.0, "rho": 0.5, "eps": 1e-3}),
    ("Adam", {"lr": 0.1, "betas": [0.5, 0.9], "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    (
        "Adam",
        {
            "lr": 0.1,
            "betas": [0.0, 0.9],
            "amsgrad": True,
            "weight_decay": 0.1,
            "decoupled_weight_decay": True,
        },
    ),
    ("AdamW", {"lr": 0.1, "betas": [0.7, 0.9], "eps": 1e-3, "weight_decay": 0.5}),
    ("NAdam", {"lr": 0.1, "betas": [0.8, 0.99], "momentum_decay": 0.5, "eps": 1e-3}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.1}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.002, "betas": [0.8, 0.9], "eps": 1e-3}),
    ("RAdam", {"lr": 0.002, "weight_decay": 0.1}),
    ("RAdam", {"lr": 0.002, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("Adamax", {"lr": 0.1, "betas": [0.5, 0.9], "eps": 1e-3, "weight_decay": 0.1}),
    ("Rprop", {"lr": 0.01, "etas": [0.3, 1.5], "step_sizes": [1e-3, 0.2]}),
    ("ASGD", {"lr": 0.002, "lambd": 0.1, "alpha": 0.5, "t0": 5, "weight_decay": 0.1}),
    ("ASGD", {"lr": 0.001, "lambd": 0.0, "t0": 0}),
    ("LBFGS", {"lr": 1.0, **WOLFE}),
    ("LBFGS", {"lr": 0.3, "history_size": 1, **WOLFE}),
    # Faster on Rosenbrock, the short memory is chaotic: at lr 0.2 a start that differs by 1e-15 is a hundred thousand
    # times as far away after 30 steps, so that the last bit of a product shows.
    ("LBFGS", {"lr": 0.1, "max_iter": 1, "history_size": 2}),
    ("LBFGS", {"lr": 0.5, "max_iter": 1, "tolerance_grad": 0.1, "tolerance_change": 0.0}),
    ("LBFGS", {"lr": 0.5, "max_iter": 1, "tolerance_grad": 0.0, "tolerance_change": 0.1}),
]


def loss(landscape: str, p: torch.Tensor) -> torch.Tensor:
    x, y = p[0], p[1]
    if landscape == "rosenbrock":
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2
    if landscape == "himmelblau":
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def positions(name: str, settings: dict[str, Any], landscape: str) -> list[list[float]]:
    p = torch.tensor(STARTS[landscape], dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([p], **settings)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(landscape, p)
        value.backward()
        return value

    found = [p.detach().tolist()]
    for _ in range(STEPS):
        optimizer.step(closure)
        found.append(p.detach().tolist())
    return found


def main() -> None:
    # PyTorch keeps the scalar states of NAdam (its product of momenta) and of ASGD (its rate) in the default type.
    torch.set_default_dtype(torch.float64)
    cases = []
    for name, settings in SETTINGS:
        for landscape, start in STARTS.items():
            rows = positions(name, settings, landscape)
            x = [[float(f"{v:.13g}") if math.isfinite(v) else None for v in row] for row in rows]
            cases.append(
                {"optimizer": name, "settings": settings, "landscape": landscape, "start": start, "x": x}
            )
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    source = json.dumps(f"torch {torch.__version__}, float64; see make_torch_optim_settings.py")
    Path(__file__).with_name("torch_optim_settings.json").write_text(
        f'{{"source": {source},\n"cases": [\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
