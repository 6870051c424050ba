"""Point-steps per second of many descents at once, against torch.optim and JAX on the same problem.

Adam on Himmelblau, 512 × 512 starts × 100 steps, float64, with compiled kernels (extra `fast`) and without; until most have
converged, as of a basin map; a sweep of learning rates; how long a kernel is waited for; how the cost grows with the
number of starts; and every optimizer. torch and JAX are compared with where they can be imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
from timing import in_turn, installed

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.kernels import KernelUse
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Array, Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import Varied

SIDE = 512
STEPS = 100
LONG = 1000
LR = 0.05
GROWTH = (1, 10**3, 10**6)
LISTED_SIDE = 256
SEARCHED_SIDE = 128
RATES = 10_000
RATE_STEPS = 500
PLAIN, FAST = "optexplorer without compiled kernels", "optexplorer with them"
TORCH, JAX = "torch.optim.Adam(fused=True), two threads", "jax.jit(vmap(scan))"
ALL_STEPS = StoppingCriteria(converge=False, escape=inf)


def grid(side: int) -> Array:
    axis = np.linspace(-5, 5, side)
    return np.array(np.meshgrid(axis, axis)).reshape(2, -1)


def ours(
    starts: Array,
    optimizer: Optimizer,
    end: StoppingCriteria = ALL_STEPS,
    steps: int = STEPS,
    kernels: KernelUse = "wait",
) -> Array:
    run_spec = RunSpec(landscapes.get("himmelblau"), optimizer)
    return batch_descent(run_spec, starts, steps, end=end, kernels=kernels).position


def torchs(starts: Array) -> Array:
    import torch

    torch.set_num_threads(2)
    p = torch.tensor(starts, requires_grad=True)
    optimizer = torch.optim.Adam([p], lr=LR, fused=True)
    for _ in range(STEPS):
        optimizer.zero_grad()
        x, y = p
        loss = ((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2).sum()
        loss.backward()
        optimizer.step()
    return p.detach().numpy()


def jaxs(steps: int) -> Callable[[Array], Array]:
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    def loss(p: Any) -> Any:
        x, y = p
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    slope = jax.grad(loss)

    def step(state: Any, t: Any) -> Any:
        p, m, v = state
        g = slope(p)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        p = p - LR * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return (p, m, v), None

    def descent(p: Any) -> Any:
        zeros = jnp.zeros_like(p)
        (p, _, _), _ = jax.lax.scan(step, (p, zeros, zeros), jnp.arange(1.0, steps + 1))
        return p

    run = jax.jit(jax.vmap(descent, in_axes=1, out_axes=1))
    return lambda starts: np.asarray(run(starts))


def compare() -> None:
    starts = grid(SIDE)
    functions: dict[str, Callable[[], Array]] = {PLAIN: lambda: ours(starts, Adam(lr=LR), kernels="off")}
    if installed("llvmlite"):
        functions[FAST] = lambda: ours(starts, Adam(lr=LR))
    if installed("torch"):
        functions[TORCH] = lambda: torchs(starts)
    if installed("jax"):
        jax_run = jaxs(STEPS)
        functions[JAX] = lambda: jax_run(starts)
    arrived = functions[PLAIN]()
    for name, function in functions.items():
        # All do the same work; a few chaotic starts multiply the last bit.
        assert np.median(np.abs(function() - arrived)) < 1e-9, name
    seconds = in_turn(functions, 5)
    say(seconds, starts.shape[1] * STEPS)
    for mine, other, aim in ((FAST, JAX, 1.5), (PLAIN, TORCH, 1.0)):
        compare_speed(seconds, mine, other, aim)


def compare_with_points_dropped() -> None:
    """Let the points descend so long that most of them end on the way."""
    starts = grid(SIDE)
    uses: dict[str, KernelUse] = {PLAIN: "off"}
    if installed("llvmlite"):
        uses[FAST] = "wait"
    functions: dict[str, Callable[[], object]] = {
        name: lambda use=use: ours(starts, Adam(lr=LR), StoppingCriteria(), LONG, use)  # type: ignore[misc]
        for name, use in uses.items()
    }
    if installed("jax"):
        jax_run = jaxs(LONG)
        functions[JAX] = lambda: jax_run(starts)
    print(f"basin map to convergence, {LONG} steps at most; JAX takes all of them:")
    seconds = in_turn(functions, 3)
    say(seconds, starts.shape[1] * LONG)
    compare_speed(seconds, FAST, JAX, 3.0)


def compare_speed(seconds: dict[str, float], mine: str, other: str, aim: float) -> None:
    if mine in seconds and other in seconds:
        print(
            f"ratio: {mine} has {seconds[other] / seconds[mine]:.2f} times the speed of {other} (aim: {aim})"
        )


def sweep_rates() -> None:
    """Sweep learning rates: each point has its own, all have one start."""
    rates = np.geomspace(1e-5, 1, RATES)
    starts = np.tile([[0.5], [-1.5]], RATES)
    run_spec = RunSpec(landscapes.get("himmelblau"), Adam())
    uses: dict[str, KernelUse] = {PLAIN: "off", FAST: "wait"}
    seconds = in_turn(
        {
            name: lambda use=use: batch_descent(  # type: ignore[misc]
                run_spec, starts, RATE_STEPS, varied=Varied({"lr": rates}), target=1e-6, kernels=use
            )
            for name, use in uses.items()
        },
        3,
    )
    for name, taken in seconds.items():
        print(f"{RATES:,} learning rates x {RATE_STEPS} steps, {name}: {taken:.3f} s (aim: under 0.3 s)")


def waiting() -> None:
    """Say how long the first call waits for a kernel: one that is new, and one that a launch before has kept."""
    if not installed("llvmlite"):
        return
    program = (
        "import time; from optexplorer.engine import landscapes, optimizers; import throughput;"
        "starts = throughput.grid(128); optimizer = optimizers.get('{id}')();"
        "throughput.ours(starts, optimizer, steps=20, kernels='off'); begin = time.perf_counter();"
        "throughput.ours(starts, optimizer, steps=20); print(time.perf_counter() - begin)"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        for kind in ("new", "kept"):
            command = [sys.executable, "-c", program.format(id="adam")]
            run = subprocess.run(
                command,
                env=environment,
                cwd=Path(__file__).parent,
                capture_output=True,
                text=True,
                check=True,
            )
            print(f"first call with a kernel that is {kind}: {float(run.stdout) * 1e3:.0f} ms")


def say(seconds: dict[str, float], point_steps: int) -> None:
    for name, taken in seconds.items():
        print(f"{name}: {point_steps / taken / 1e6:.1f} million point-steps a second")


def growth() -> None:
    for count in GROWTH:
        starts = np.random.default_rng(0).uniform(-5, 5, (2, count))
        taken = in_turn({"run": lambda s=starts: ours(s, Adam(lr=LR))}, 1 if count > 10**5 else 7)["run"]  # type: ignore[misc]
        print(
            f"{count:>9,} starts: {taken * 1e3:10.2f} ms, {count * STEPS / taken / 1e6:7.2f} million point-steps a second"
        )


def every_optimizer() -> None:
    print(f"every optimizer at its defaults, {STEPS} steps:")
    for id in optimizers.ids():
        kind = optimizers.get(id)
        # Line searches take as long as their questions need.
        searches = "line_search" in kind.model_fields or id in ("gd-backtracking", "gd-exact")
        starts = grid(SEARCHED_SIDE if searches else LISTED_SIDE)
        optimizer = kind()  # type: ignore[call-arg]
        # Kernels, where there are any, are ready.
        ours(starts, optimizer, steps=10)
        begin = time.perf_counter()
        ours(starts, optimizer)
        taken = time.perf_counter() - begin
        print(f"{id:>22}: {starts.shape[1] * STEPS / taken / 1e6:8.3f} million point-steps a second")


def main() -> None:
    compare()
    compare_with_points_dropped()
    sweep_rates()
    waiting()
    growth()
    every_optimizer()


if __name__ == "__main__":
    main()
