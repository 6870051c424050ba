"""Whole trajectories of 6 racers × 500 steps, against the same with torch.optim."""

from __future__ import annotations

from timing import in_turn, installed

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.run_spec import RunSpec

STEPS = 500
START = (0.5, -1.5)
RATES = {"gd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adagrad": 0.1, "rmsprop": 0.01, "adam": 0.05}


def ours() -> None:
    landscape = landscapes.get("himmelblau")
    for id, lr in RATES.items():
        run_spec = RunSpec(landscape, optimizers.get(id)(lr=lr))
        assert trajectory(run_spec, START, STEPS, end=StoppingCriteria(converge=False)).steps == STEPS


def torchs() -> None:
    import torch

    kinds = {
        "gd": torch.optim.SGD,
        "momentum": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9),
        "nesterov": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
    }
    for id, lr in RATES.items():
        p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = kinds[id]([p], lr=lr)
        for _ in range(STEPS):
            optimizer.zero_grad()
            x, y = p
            loss = (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2
            loss.backward()
            optimizer.step()


def main() -> None:
    functions = {"optexplorer": ours}
    if installed("torch"):
        functions["torch.optim"] = torchs
    seconds = in_turn(functions, 5)
    print(f"6 racers × {STEPS} steps: {seconds['optexplorer'] * 1e3:.1f} ms")
    if "torch.optim" in seconds:
        print(f"torch.optim: {seconds['torch.optim'] * 1e3:.0f} ms")
        print(f"ratio: {seconds['torch.optim'] / seconds['optexplorer']:.1f} times faster (aim: 30)")


if __name__ == "__main__":
    main()
