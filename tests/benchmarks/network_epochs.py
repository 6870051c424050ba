"""An epoch of training two networks with Adam, against PyTorch with the same network, batches and precision.

Digits: 64-32-10 with ReLU, batch 32; moons: 2-16-2 with tanh, batch 16. What the program does beside the steps, such as
recording the loss over all examples, is measured apart.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

import numpy as np
from timing import in_turn, installed

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.run_spec import RunSpec

LR = 0.01
ROUNDS = 25
NEVER = StoppingCriteria(converge=False, escape=inf)


class Task(NamedTuple):
    """What is trained: data, network, examples of a batch, and how many times as fast as PyTorch it is to be."""

    data: dict[str, Any]
    hidden: int
    activation: str
    batch_size: int
    aim: float


TASKS = {
    "digits": Task({"id": "digits"}, 32, "relu", 32, 1.0),
    "moons": Task({"id": "moons", "examples": 200}, 16, "tanh", 16, 3.0),
}


def run_spec_of(task: Task) -> RunSpec:
    model = {"id": "mlp", "hidden": [task.hidden], "activation": task.activation}
    landscape = ModelDefinition(data=task.data, model=model).landscape()
    return RunSpec(landscape, Adam(lr=LR), source=MiniBatch(batch_size=task.batch_size))


def ours(run_spec: RunSpec, steps: int) -> np.ndarray:
    start = np.array(run_spec.landscape.start)
    stepper = BatchStepper(run_spec, start, steps)
    rows = np.empty((steps, len(start)))
    stepper.advance(rows, np.empty_like(rows))
    return stepper.x


def torchs(
    run_spec: RunSpec, task: Task, steps: int, precision: str, threads: int
) -> Callable[[], np.ndarray]:
    """Return a function that trains from the same start on the same batches and returns the parameters."""
    import torch
    from torch import nn

    landscape = run_spec.landscape
    assert isinstance(landscape, ModelLandscape)
    dtype = getattr(torch, precision)
    inputs = torch.tensor(landscape.training.inputs, dtype=dtype)
    targets = torch.tensor(landscape.training.targets, dtype=torch.long)
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[task.activation]
    sample = run_spec.gradient_source.samples(landscape, run_spec.random())
    batches = [torch.tensor(sample(step).places) for step in range(steps)]

    def run() -> np.ndarray:
        torch.set_num_threads(threads)
        first, second = (shape for _, shape in landscape.blocks[::2])
        net = nn.Sequential(
            nn.Linear(first[1], first[0], dtype=dtype),
            activation(),
            nn.Linear(second[1], second[0], dtype=dtype),
        )
        nn.utils.vector_to_parameters(torch.tensor(landscape.start, dtype=dtype), net.parameters())
        optimizer = torch.optim.Adam(net.parameters(), lr=LR, fused=True)
        cost = nn.CrossEntropyLoss()
        for places in batches:
            optimizer.zero_grad()
            cost(net(inputs[places]), targets[places]).backward()
            optimizer.step()
        return nn.utils.parameters_to_vector(net.parameters()).detach().numpy()

    return run


def compare(name: str, task: Task) -> None:
    run_spec = run_spec_of(task)
    steps = run_spec.gradient_source.steps_per_epoch(run_spec.landscape)
    assert steps is not None
    functions: dict[str, Callable[[], Any]] = {"optexplorer": lambda: ours(run_spec, steps)}
    if installed("torch"):
        for threads in (1, 2):
            for precision in ("float64", "float32"):
                label = f"PyTorch, {precision}, {threads} thread(s)"
                functions[label] = torchs(run_spec, task, steps, precision, threads)
        arrived = functions["optexplorer"]()
        for label, function in functions.items():
            tolerance = 1e-9 if "float32" not in label else 1e-2
            assert np.abs(function() - arrived).max() < tolerance, label
    functions["optexplorer, recorded with loss and accuracy"] = lambda: trajectory(
        run_spec, run_spec.landscape.start, steps, end=NEVER
    )
    seconds = in_turn(functions, ROUNDS)
    for label, taken in seconds.items():
        print(f"{name}, {steps} steps, {label}: {taken * 1e3:.2f} ms, {taken / steps * 1e6:.0f} µs a step")
    for label, taken in seconds.items():
        if label.startswith("PyTorch"):
            ratio = taken / seconds["optexplorer"]
            print(f"ratio: {name}: {ratio:.2f} times the speed of {label} (aim: {task.aim:g})")


def main() -> None:
    for name, task in TASKS.items():
        compare(name, task)


if __name__ == "__main__":
    main()
