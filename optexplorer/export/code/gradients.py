"""Code for losses and gradients in scripts for PyTorch, optax and Keras."""

from __future__ import annotations

from dataclasses import dataclass, field

from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import Extraction
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.printing import NUMPY, Dialect

_WHY_NOT_AUTOGRAD = "# Written out: automatic differentiation may give nan at tips and in branches not taken, and differs at kinks."


@dataclass
class Gradients:
    """The part of a script that gives losses and gradients.

    With `autograd` the function `loss` is one of the library's, which differentiates it. Without, `loss` and
    `estimate` are NumPy's: Python text for the gradient at the array `point`. `changes` then says what a noisy or
    clipped source does to it.
    """

    functions: list[str]
    autograd: bool
    source: GradientSource
    setup: list[str] = field(default_factory=list)
    estimate: str = "gradient(*point)"
    same_sample: str = ""
    """Python text for the same estimate at another `point` of the same step, where that differs from `estimate`."""

    @property
    def uses_numpy(self) -> bool:
        """Whether the script needs NumPy beside the library."""
        return not self.autograd or "np." in "".join([*self.functions, *self.setup])


def gradients(
    experiment: Experiment, racer: Racer, parts: Extraction, dialect: Dialect | None = None
) -> Gradients:
    """Return the gradients of a racer for a library whose functions are `dialect`, or without autograd if None.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If the landscape or the gradient source cannot be written as a script.
    """
    landscape = LandscapeCode(experiment.resolve_landscape())
    source = experiment.run_spec(racer).gradient_source
    if type(source) not in (Exact, Noisy):
        return _estimated(experiment, racer, parts, landscape)
    autograd = dialect is not None and landscape.is_smooth
    functions = [landscape.loss(dialect if dialect is not None and autograd else NUMPY)]
    if not autograd:
        functions.append(landscape.gradient())
    if dialect is not None and not autograd:
        functions[-1] = f"{_WHY_NOT_AUTOGRAD}\n{functions[-1]}"
    setup = [] if autograd else ['np.seterr(all="ignore")']
    if isinstance(source, Noisy):
        shape = f"({experiment.steps}, {landscape.landscape.dimension})"
        draws = f"np.random.default_rng({seed_sequence(experiment, racer)}).standard_normal({shape})"
        setup.append(f"noise = {source.sigma!r}*{draws}")
    return Gradients([*landscape.helpers(), *functions], autograd, source, setup)


def _estimated(
    experiment: Experiment, racer: Racer, parts: Extraction, landscape: LandscapeCode
) -> Gradients:
    """Return the gradients of a source by its own code, which may ask for losses and compares them to the last bit."""
    source = experiment.run_spec(racer).gradient_source
    name = parts.model(source, ("bind",))
    parts.imports.add("from types import SimpleNamespace")
    functions = [landscape.computed_loss(), landscape.gradient()]
    setup = [
        'np.seterr(all="ignore")',
        f"landscape = SimpleNamespace(dimension={landscape.landscape.dimension}, value=lambda x: loss(*x), "
        "gradient=lambda x: gradient(*x))",
        f"random = np.random.default_rng({seed_sequence(experiment, racer)})",
        f"sample, same_sample, *_ = {name}().bind(landscape, random)",
    ]
    return Gradients(
        [*landscape.helpers(), *functions],
        False,
        source,
        setup,
        "sample(point)",
        same_sample="same_sample(point)",
    )


def seed_sequence(experiment: Experiment, racer: Racer) -> str:
    """Return Python text for the seed of the racer's own random stream."""
    return f"np.random.SeedSequence({experiment.seed}, spawn_key=({racer.stream},))"


def changes(source: GradientSource, module: str, *, maximize: bool = False) -> list[str]:
    """Return the lines that change the gradient `g` of step number `step`, in the functions of `module`."""
    lines = []
    if isinstance(source, Noisy):
        factor = f"{module}.linalg.norm(g)*" if source.noise == "proportional" else ""
        lines.append(f"g = g + {factor}noise[step]")
    if type(source) in (Exact, Noisy):
        if source.clip_value:
            lines.append(f"g = {module}.clip(g, -{source.clip_value!r}, {source.clip_value!r})")
        if source.clip_norm:
            lines.append(f"g = g*min({source.clip_norm!r}/(float({module}.linalg.norm(g)) + 1e-6), 1.0)")
    if maximize:
        lines.append("g = -g")
    return lines
