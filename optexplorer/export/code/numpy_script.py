"""Scripts that use only NumPy: the update rule written out."""

from __future__ import annotations

from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.base import RuleOptimizer
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import Extraction
from optexplorer.export.code.gradients import seed_sequence
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.printing import NUMPY
from optexplorer.export.code.update_rule import rule_code


def numpy_script(experiment: Experiment, racer: Racer) -> str:
    """Return a script that prints number, coordinates and loss of every step.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If the racer or its landscape cannot be written as a script.
    """
    return _NumpyScript(experiment, racer).text()


class _NumpyScript:
    """Puts the pieces of one script together: `setup` runs before the loop, `loop` in it."""

    def __init__(self, experiment: Experiment, racer: Racer) -> None:
        self.racer, self.rows = racer, experiment.steps + 1
        self.landscape = LandscapeCode(experiment.resolve_landscape())
        self.parts = Extraction()
        self.parts.imports.add("import numpy as np")
        # A descent that diverges ends as inf or nan, without a word.
        self.setup = ['np.seterr(all="ignore")', f"x = np.array({list(experiment.start_of(racer))!r})"]
        self.loop = ["print(step, *x.tolist(), float(loss(*x)))"]
        self.plain = isinstance(racer.optimizer, RuleOptimizer)
        self.source = experiment.run_spec(racer).gradient_source
        # Whoever compares losses or looks around needs them to the last bit.
        readable = self.plain and not racer.schedule.closed_loop and type(self.source) in (Exact, Noisy)
        loss = self.landscape.loss(NUMPY) if readable else self.landscape.computed_loss()
        self.functions = [loss, self.landscape.gradient(batch=not self.plain)]
        self._add_gradient(seed_sequence(experiment, racer))
        rule = rule_code(racer, self.rows, self.parts, plain=self.plain)
        self.setup += rule.setup
        self.loop += rule.loop

    def text(self) -> str:
        imports = sorted(self.parts.imports, key=lambda line: (line.startswith("from"), line))
        blocks = [
            "\n".join(imports),
            "\n\n\n".join([*self.landscape.helpers(), *self.functions]),
            self.parts.source(),
            "\n".join(self.setup),
        ]
        loop = "\n".join(f"    {line}" for line in self.loop)
        steps = self.rows - 1
        last = f"print({steps}, *x.tolist(), float(loss(*x)))"
        return "\n\n\n".join(filter(None, blocks)) + f"\nfor step in range({steps}):\n{loop}\n{last}\n"

    def _add_gradient(self, seed: str) -> None:
        exact = self.source == Exact()
        if not (exact and self.plain):
            self._add_landscape()
        if exact:
            self.loop.append("g = gradient(*x)")
            return
        maker = self.parts.model(self.source, ("bind",))
        self.setup += [
            f"random = np.random.default_rng({seed})",
            f"sample, same_sample, *_ = {maker}().bind(landscape, random)",
        ]
        self.loop.append("g = sample(x)")
        if not self.plain:
            # An optimizer that looks around sees the same noise everywhere within a step.
            self.setup.append("landscape.gradient = same_sample")

    def _add_landscape(self) -> None:
        self.parts.imports.add("from types import SimpleNamespace")
        asked = {"value": "loss", "gradient": "gradient"}
        needs = () if self.plain else self.racer.optimizer.needs
        if "hessian" in needs:
            self.functions.append(self.landscape.hessian())
            asked["hessian"] = "hessian"
        if "residuals" in needs:
            self.functions.append(self.landscape.residuals())
            asked |= {"residuals": "residuals", "residual_jacobian": "residual_jacobian"}
        entries = [f"{name}=lambda x: {function}(*x)" for name, function in asked.items()]
        others = ("hessian", "residuals", "residual_jacobian")
        entries += [f"{name}=None" for name in others if name not in asked and not self.plain]
        entries.insert(0, f"dimension={self.landscape.landscape.dimension}")
        self.setup.append(f"landscape = SimpleNamespace({', '.join(entries)})")
