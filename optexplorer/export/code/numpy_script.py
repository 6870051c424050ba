"""Scripts that use only NumPy: the update rule written out."""

from __future__ import annotations

from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.base import RuleOptimizer
from optexplorer.engine.schedules.base import Constant
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.extraction import Extraction
from optexplorer.export.code.gradients import seed_sequence
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.printing import NUMPY
from optexplorer.export.code.schedules import moved_by_schedule


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
        self.moved = moved_by_schedule(racer, self.rows)
        self._add_gradient(seed_sequence(experiment, racer))
        self._add_optimizer()
        self._add_schedule()
        self.setup.append("state = optimizer.init(x)")
        self.loop.append("x = x + change")

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

    def _add_optimizer(self) -> None:
        entries = ("init", "update") if self.plain else ("init", "bind")
        name = self.parts.model(self.racer.optimizer, entries, self.moved)
        self.setup.append(f"optimizer = {name}()")
        if self.plain and self.racer.optimizer.ascends:
            self.loop.append("g = -g")
        if not self.plain:
            self.setup.append("update = optimizer.bind(landscape)")

    def _add_schedule(self) -> None:
        schedule, update = self.racer.schedule, "optimizer.update" if self.plain else "update"
        if schedule == Constant():
            self.loop.append(f"change, state = {update}(g, state, x, optimizer.lr)")
            return
        if schedule.closed_loop:
            name = self.parts.model(schedule, ("begin", "rate", "observe"))
            self.setup += [f"schedule = {name}()", f"watch = schedule.begin(optimizer.lr, {self.rows})"]
            self.loop += [
                f"change, state = {update}(g, state, x, schedule.rate(watch))",
                "watch = schedule.observe(watch, loss(*x))",
            ]
            return
        name = self.parts.model(schedule, ("rates", "momenta") if self.moved else ("rates",))
        self.setup += [f"schedule = {name}()", f"rates = schedule.rates(optimizer.lr, {self.rows})"]
        if self.moved:
            (field,) = self.moved
            self.setup += [f"momenta = schedule.momenta({self.rows})", f"optimizer.{field} = momenta[0]"]
            self.loop.append(f"optimizer.{field} = momenta[step]")
        self.loop.append(f"change, state = {update}(g, state, x, rates[step])")
