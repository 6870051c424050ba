"""Writes published_optimizers.json: optimizers that torch.optim does not have, by implementations of other people.

Made with torch 2.13.0, jax 0.10.2, optax 0.2.8, pytorch_optimizer 4.1.0, schedulefree 1.4.1 and prodigyopt 1.1.2:
`python make_published_optimizers.py`. Where an implementation deviates from its paper, it is set right here, and a
comment says how.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import optax
import prodigyopt
import pytorch_optimizer
import schedulefree
import torch

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)

STEPS = 30
STARTS = {"rosenbrock": [-1.2, 1.0], "himmelblau": [0.5, -1.5], "booth": [-4.0, 6.0]}
Rows = list[list[float]]
Run = Callable[[str], Rows]


def loss(landscape: str, p: Any) -> Any:
    x, y = p[0], p[1]
    if landscape == "rosenbrock":
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2
    if landscape == "himmelblau":
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def diagonal(landscape: str, p: Any) -> Any:
    return jnp.diag(jax.hessian(lambda q: loss(landscape, q))(jnp.asarray(p)))


def by_torch(make: Callable[[Any], Any], look_every: int = 0) -> Run:
    """Return the run of a torch-style optimizer; every so many steps it is given the Hessian's exact diagonal."""

    def run(landscape: str) -> Rows:
        p = torch.tensor(STARTS[landscape], requires_grad=True)
        optimizer = make([p])
        rows = [p.detach().tolist()]
        for k in range(STEPS):
            optimizer.zero_grad()
            loss(landscape, p).backward()
            if look_every and k % look_every == 0:
                # In place of Hutchinson's random estimate.
                optimizer.step(hessian=[torch.tensor(diagonal(landscape, p.detach().numpy()).tolist())])
            else:
                optimizer.step()
            rows.append(p.detach().tolist())
        return rows

    return run


def by_sam(make: Callable[[Any], Any]) -> Run:
    def run(landscape: str) -> Rows:
        p = torch.tensor(STARTS[landscape], requires_grad=True)
        optimizer = make([p])
        rows = [p.detach().tolist()]
        for _ in range(STEPS):
            loss(landscape, p).backward()
            optimizer.first_step(zero_grad=True)
            loss(landscape, p).backward()
            optimizer.second_step(zero_grad=True)
            rows.append(p.detach().tolist())
        return rows

    return run


def by_schedulefree(make: Callable[[Any], Any]) -> Run:
    """Return the run of a schedule-free optimizer; a row is the average, at which it would be evaluated."""

    def run(landscape: str) -> Rows:
        p = torch.tensor(STARTS[landscape], requires_grad=True)
        optimizer = make([p])
        rows = [p.detach().tolist()]
        for _ in range(STEPS):
            optimizer.train()
            optimizer.zero_grad()
            loss(landscape, p).backward()
            optimizer.step()
            optimizer.eval()
            rows.append(p.detach().tolist())
        return rows

    return run


def by_optax(make: Callable[[str], Any], begin: Callable[[Any], Any] = lambda state: state) -> Run:
    def run(landscape: str) -> Rows:
        rule = make(landscape)
        p = jnp.array(STARTS[landscape])
        state = begin(rule.init(p))
        rows = [p.tolist()]
        for _ in range(STEPS):
            value, slope = jax.value_and_grad(lambda q: loss(landscape, q))(p)
            step, state = optax.with_extra_args_support(rule).update(
                slope, state, p, value=value, grad=slope, value_fn=lambda q: loss(landscape, q)
            )
            p = optax.apply_updates(p, step)
            rows.append(p.tolist())
        return rows

    return run


def yogi_begin(state: Any) -> Any:
    # optax starts the average of gradients, too, at the initial accumulator; the paper starts it at zero.
    return (state[0]._replace(mu=jnp.zeros_like(state[0].mu)), *state[1:])


def qhadam(p: Any, **settings: Any) -> Any:
    optimizer = pytorch_optimizer.QHAdam(p, **settings)
    # pytorch_optimizer keeps the weights of the averages in float32.
    for q in p:
        state = {name: torch.zeros(1) for name in ("beta1_weight", "beta2_weight")}
        optimizer.state[q] = {**state, **{name: torch.zeros_like(q) for name in ("exp_avg", "exp_avg_sq")}}
    return optimizer


def squared_norm(groups: Any, *_: Any, weight_adaptive: bool = False) -> torch.Tensor:
    # pytorch_optimizer's own computes it in float32.
    [group] = groups
    [p] = group["params"]
    gradient = p.grad * p.abs() if weight_adaptive and group["adaptive"] else p.grad
    return (gradient * gradient).sum().reshape(1)


pytorch_optimizer.optimizer.sam.get_global_gradient_norm = squared_norm


def sophia(p: Any, lr: float, gamma: float, eps: float, weight_decay: float, **settings: Any) -> Any:
    # pytorch_optimizer clips at gamma where the paper multiplies the curvature by it: the same steps at other rates.
    scaled = {"lr": lr / gamma, "p": gamma, "eps": eps / gamma, "weight_decay": weight_decay * gamma}
    return pytorch_optimizer.SophiaH(p, **scaled, **settings)


def backtracking(lr: float, shrink: float, c1: float) -> Callable[[str], Any]:
    search = optax.scale_by_backtracking_linesearch(
        max_backtracking_steps=60,
        slope_rtol=c1,
        decrease_factor=shrink,
        increase_factor=float("inf"),
        max_learning_rate=lr,
    )
    return lambda _: optax.chain(optax.sgd(1.0), search)


PO = pytorch_optimizer
CASES: list[tuple[str, dict[str, Any], str, Run]] = [
    (
        "qhm",
        {"lr": 2e-3, "beta": 0.9, "nu": 0.6},
        "pytorch_optimizer.QHM",
        by_torch(lambda p: PO.QHM(p, lr=2e-3, momentum=0.9, nu=0.6)),
    ),
    (
        "qhm",
        {"lr": 1e-3, "beta": 0.999, "nu": 0.7, "weight_decay": 0.1},
        "pytorch_optimizer.QHM",
        by_torch(lambda p: PO.QHM(p, lr=1e-3, momentum=0.999, nu=0.7, weight_decay=0.1)),
    ),
    (
        "qhadam",
        {"lr": 0.05},
        "pytorch_optimizer.QHAdam",
        by_torch(lambda p: qhadam(p, lr=0.05, betas=(0.995, 0.999), nus=(0.7, 1.0))),
    ),
    (
        "qhadam",
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.99, "nu1": 0.8, "nu2": 0.6, "eps": 1e-3, "weight_decay": 0.1},
        "pytorch_optimizer.QHAdam",
        by_torch(lambda p: qhadam(p, lr=0.05, betas=(0.9, 0.99), nus=(0.8, 0.6), eps=1e-3, weight_decay=0.1)),
    ),
    ("adabelief", {"lr": 0.05}, "optax.adabelief", by_optax(lambda _: optax.adabelief(0.05, eps_root=1e-16))),
    (
        "adabelief",
        {"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "eps": 1e-3, "weight_decay": 0.1},
        "pytorch_optimizer.AdaBelief",
        by_torch(lambda p: PO.AdaBelief(p, lr=0.05, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1)),
    ),
    ("yogi", {"lr": 0.05}, "optax.yogi", by_optax(lambda _: optax.yogi(0.05), yogi_begin)),
    (
        "yogi",
        {"lr": 0.05, "beta1": 0.8, "beta2": 0.9, "eps": 1e-2},
        "optax.yogi",
        by_optax(lambda _: optax.yogi(0.05, b1=0.8, b2=0.9, eps=1e-2), yogi_begin),
    ),
    ("lion", {"lr": 0.02}, "optax.lion", by_optax(lambda _: optax.lion(0.02, weight_decay=0.0))),
    (
        "lion",
        {"lr": 0.02, "beta1": 0.7, "beta2": 0.9, "weight_decay": 0.1},
        "pytorch_optimizer.Lion",
        by_torch(lambda p: PO.Lion(p, lr=0.02, betas=(0.7, 0.9), weight_decay=0.1)),
    ),
    ("adan", {"lr": 0.05}, "pytorch_optimizer.Adan", by_torch(lambda p: PO.Adan(p, lr=0.05))),
    (
        "adan",
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.8, "beta3": 0.95, "eps": 1e-3, "weight_decay": 0.1},
        "pytorch_optimizer.Adan",
        by_torch(lambda p: PO.Adan(p, lr=0.05, betas=(0.9, 0.8, 0.95), eps=1e-3, weight_decay=0.1)),
    ),
    (
        "adahessian",
        {"lr": 0.15, "eps": 1e-4},
        "pytorch_optimizer.AdaHessian",
        by_torch(lambda p: PO.AdaHessian(p, lr=0.15, eps=1e-4, adam_debias=False), 1),
    ),
    (
        "adahessian",
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 1e-2, "weight_decay": 0.1, "hessian_power": 0.5},
        "pytorch_optimizer.AdaHessian",
        by_torch(
            lambda p: PO.AdaHessian(
                p, lr=0.1, betas=(0.8, 0.9), eps=1e-2, weight_decay=0.1, hessian_power=0.5
            ),
            1,
        ),
    ),
    (
        "sophia",
        {"lr": 0.02},
        "pytorch_optimizer.SophiaH",
        by_torch(lambda p: sophia(p, lr=0.02, gamma=0.01, eps=1e-12, weight_decay=0.0), 10),
    ),
    (
        "sophia",
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.9, "gamma": 0.5, "update_interval": 3, "weight_decay": 0.1},
        "pytorch_optimizer.SophiaH",
        by_torch(
            lambda p: sophia(
                p, lr=0.05, gamma=0.5, eps=1e-12, weight_decay=0.1, betas=(0.9, 0.9), update_period=3
            ),
            3,
        ),
    ),
    ("prodigy", {"d0": 0.01}, "prodigyopt.Prodigy", by_torch(lambda p: prodigyopt.Prodigy(p, d0=0.01))),
    (
        "prodigy",
        {
            "lr": 0.5,
            "beta1": 0.8,
            "beta2": 0.99,
            "d_coef": 2.0,
            "weight_decay": 0.1,
            "use_bias_correction": True,
            "safeguard_warmup": True,
        },
        "prodigyopt.Prodigy",
        by_torch(
            lambda p: prodigyopt.Prodigy(
                p,
                lr=0.5,
                betas=(0.8, 0.99),
                d_coef=2.0,
                weight_decay=0.1,
                use_bias_correction=True,
                safeguard_warmup=True,
            )
        ),
    ),
    (
        "schedule-free-sgd",
        {"lr": 1e-3},
        "schedulefree.SGDScheduleFree",
        by_schedulefree(lambda p: schedulefree.SGDScheduleFree(p, lr=1e-3)),
    ),
    (
        "schedule-free-sgd",
        {
            "lr": 1e-3,
            "momentum": 0.7,
            "warmup_steps": 5,
            "r": 1.0,
            "weight_lr_power": 1.0,
            "weight_decay": 0.1,
        },
        "schedulefree.SGDScheduleFree",
        by_schedulefree(
            lambda p: schedulefree.SGDScheduleFree(
                p, lr=1e-3, momentum=0.7, warmup_steps=5, r=1.0, weight_lr_power=1.0, weight_decay=0.1
            )
        ),
    ),
    (
        "schedule-free-adamw",
        {"lr": 0.05},
        "schedulefree.AdamWScheduleFree",
        by_schedulefree(lambda p: schedulefree.AdamWScheduleFree(p, lr=0.05)),
    ),
    (
        "schedule-free-adamw",
        {"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "warmup_steps": 5, "r": 1.0, "weight_decay": 0.1},
        "schedulefree.AdamWScheduleFree",
        by_schedulefree(
            lambda p: schedulefree.AdamWScheduleFree(
                p, lr=0.05, betas=(0.8, 0.99), warmup_steps=5, r=1.0, weight_decay=0.1
            )
        ),
    ),
    (
        "lookahead",
        {"lr": 0.1},
        "pytorch_optimizer.Lookahead of torch.optim.Adam",
        by_torch(lambda p: PO.Lookahead(torch.optim.Adam(p, lr=0.1), k=5, alpha=0.5)),
    ),
    (
        "lookahead",
        {"lr": 1e-3, "k": 3, "alpha": 0.8, "inner": {"id": "momentum"}},
        "pytorch_optimizer.Lookahead of torch.optim.SGD",
        by_torch(lambda p: PO.Lookahead(torch.optim.SGD(p, lr=1e-3, momentum=0.9), k=3, alpha=0.8)),
    ),
    (
        "sam",
        {"lr": 1e-3},
        "pytorch_optimizer.SAM of torch.optim.SGD",
        by_sam(lambda p: PO.SAM(p, torch.optim.SGD, rho=0.05, lr=1e-3)),
    ),
    (
        "sam",
        {"lr": 0.05, "rho": 0.2, "adaptive": True, "inner": {"id": "adam", "beta1": 0.8}},
        "pytorch_optimizer.SAM of torch.optim.Adam",
        by_sam(lambda p: PO.SAM(p, torch.optim.Adam, rho=0.2, adaptive=True, lr=0.05, betas=(0.8, 0.999))),
    ),
    (
        "gd-backtracking",
        {"lr": 1.0},
        "optax.scale_by_backtracking_linesearch",
        by_optax(backtracking(1.0, 0.5, 1e-4)),
    ),
    (
        "gd-backtracking",
        {"lr": 0.3, "shrink": 0.7, "c1": 0.3},
        "optax.scale_by_backtracking_linesearch",
        by_optax(backtracking(0.3, 0.7, 0.3)),
    ),
]


def main() -> None:
    cases = []
    for id, settings, source, run in CASES:
        for landscape, start in STARTS.items():
            x = [[float(f"{value:.13g}") for value in row] for row in run(landscape)]
            cases.append(
                {
                    "optimizer": id,
                    "settings": settings,
                    "source": source,
                    "landscape": landscape,
                    "start": start,
                    "x": x,
                }
            )
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    source = json.dumps("float64; see make_published_optimizers.py")
    Path(__file__).with_name("published_optimizers.json").write_text(
        f'{{"source": {source},\n"cases": [\n{lines}\n]}}\n'
    )


if __name__ == "__main__":
    main()
