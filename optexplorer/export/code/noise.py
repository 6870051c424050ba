"""What a racer's gradient source does to gradients, for libraries that take their own."""

from __future__ import annotations

from optexplorer.engine.gradient_sources import Exact, GradientSource, Noisy, default_for
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import CodeError


def source_of(racer: Racer, library: str) -> GradientSource:
    """Return the racer's gradient source.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If `library` has gradients of its own that are other ones.
    """
    source = racer.source or default_for(racer.optimizer)
    if type(source) not in (Exact, Noisy):
        raise CodeError(f"{library} derives gradients itself; choose exact or noisy ones, not {source.id}")
    return source


def draws(source: GradientSource, experiment: Experiment, racer: Racer) -> list[str]:
    """Return the lines that draw `noise`, the random numbers of all steps, as the engine draws them; or none."""
    if not isinstance(source, Noisy):
        return []
    stream = f"np.random.SeedSequence({experiment.seed}, spawn_key=({racer.stream},))"
    shape = f"({experiment.steps + 1}, {experiment.resolve_landscape().dimension})"
    return [f"noise = {source.sigma!r}*np.random.default_rng({stream}).standard_normal({shape})"]


def changes(source: GradientSource, module: str) -> list[str]:
    """Return the lines that change the gradient `g` of step number `step`, in the functions of `module`."""
    lines = []
    if isinstance(source, Noisy):
        factor = f"{module}.linalg.norm(g)*" if source.noise == "proportional" else ""
        lines.append(f"g = g + {factor}noise[step]")
    if source.clip_value:
        lines.append(f"g = {module}.clip(g, -{source.clip_value!r}, {source.clip_value!r})")
    if source.clip_norm:
        lines.append(f"g = g*min({source.clip_norm!r}/(float({module}.linalg.norm(g)) + 1e-6), 1.0)")
    return lines
