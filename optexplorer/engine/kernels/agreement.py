"""Compares traced steps with those of the rule itself.

What has been written down may not be all that a rule does: one of a plugin may tell arrays from other things, or draw
random numbers of its own.
"""

from __future__ import annotations

from math import inf

import numpy as np

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.descent import StoppingCriteria, TerminationCheck
from optexplorer.engine.kernels.array_schedule import schedule_of
from optexplorer.engine.kernels.beginning import fill
from optexplorer.engine.kernels.memory import Layout, Memory
from optexplorer.engine.kernels.numpy_steps import NumpySteps
from optexplorer.engine.kernels.row_programs import Plan
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.varied import Varied

_STEPS = 4
_POINTS = 3


def agrees(run_spec: RunSpec, plan: Plan, steps: int, varied: tuple[str, ...]) -> bool:
    """Return whether the first traced steps from a few points are the same to the bit as those of the rule.

    Steps that NumPy cannot take in place are believed.
    """
    landscape = run_spec.landscape
    assert isinstance(landscape, FormulaLandscape)
    settings = {name: np.full(_POINTS, float(getattr(run_spec.optimizer, name))) for name in varied}
    if not all(values.all() for values in settings.values()):
        # They are traced as numbers other than zero.
        return True
    layout = Layout(landscape.dimension, plan.kept, varied, has_target=False)
    low, high = np.array(landscape.domain).T[..., np.newaxis]
    x = low + (high - low) * np.random.default_rng(1).random((landscape.dimension, _POINTS))
    memory = Memory(layout.rows, _POINTS, _POINTS)
    fill(memory, layout, plan, run_spec.optimizer, x, settings)
    ends = TerminationCheck(landscape, StoppingCriteria(converge=False, escape=inf))
    rule = BatchStepper(run_spec, x, steps, Varied(settings))
    results = np.empty((layout.results, _POINTS))
    try:
        steps_of = [
            NumpySteps(
                schedule_of(program, landscape.compiled_formula, layout, constants),
                memory,
                ends,
                -inf,
                landscape.parameter_values,
            )
            for program, constants in zip(plan.programs, plan.constants, strict=True)
        ]
    except NotTraceableError:
        return True
    rows = [(run, row) for run in plan.runs for row in range(len(run.constants))]
    for run, row in rows[: _STEPS + 1]:
        left = memory.columns()
        place = memory.rows[layout.place, left].astype(np.intp)
        here, _, _ = rule.take_steps(1)
        if not np.array_equal(memory.rows[: len(x), left], here[0][:, place], equal_nan=True):
            return False
        if "lr" in settings:
            memory.rows[layout.setting("lr")] = rule.rates[run.first + row][0]
        steps_of[run.program].run(run.first + row, run.constants[row : row + 1], results)
    return True
