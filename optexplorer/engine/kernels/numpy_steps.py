"""Takes traced steps with NumPy, in place: each array is made once, and steps allocate nothing.

The results are the same to the bit as those of the rule itself, for the same functions of NumPy find them; only where
they put them is another place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import TerminationCheck
from optexplorer.engine.kernels.memory import Layout, Memory, rows_apart
from optexplorer.engine.kernels.program_code import ProgramCode, inputs_of
from optexplorer.engine.kernels.row_programs import Program
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.engine.landscapes.formula.functions import NAMES
from optexplorer.engine.trajectory import TerminationReason

Array = NDArray[np.float64]

_DIVERGED = TerminationReason.DIVERGED.value

_UFUNCS: Mapping[str, Callable[..., Any]] = {
    **{
        name: getattr(np, name)
        for name in (
            "add", "subtract", "multiply", "divide", "negative", "absolute", "sqrt", "square", "reciprocal", "sign",
            "copysign", "exp", "log", "floor", "ceil", "rint", "sin", "cos", "tan", "arcsin",
            "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "log2", "log10",
            "log1p", "expm1", "hypot", "cbrt", "remainder", "less", "less_equal", "greater", "greater_equal", "equal",
            "not_equal", "isfinite", "isnan",
        )
    },
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    # NumPy wants to be told which operand of these is for the result.
    "maximum": lambda a, b, out: np.maximum(a, b, out=out),
    "minimum": lambda a, b, out: np.minimum(a, b, out=out),
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
}  # fmt: skip
_CONDITIONS = {
    "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "isfinite", "isnan", "<", "<=", ">", ">=",
    "==", "!=", "and", "or", "not",
}  # fmt: skip
_RETURNING = {
    "power of formula": "power", "sigmoid": "Sigmoid", "softplus": "Softplus", "reciprocal or zero": "Reciprocal",
    "erf": "ErrorFunction", "erfc": "ErrorComplement",
}  # fmt: skip
"""What functions of formulas are called that return their result instead of putting it into an array."""


def _choose(condition: Any, a: Any, b: Any, out: Any) -> None:
    np.copyto(out, b)
    np.copyto(out, a, where=condition)


def _putting(function: Callable[..., Any]) -> Callable[..., None]:
    return lambda *inputs: np.copyto(inputs[-1], function(*inputs[:-1]))


class _Operation(NamedTuple):
    """A function that is called with its operands and the array for the result.

    `may_share`: that array may be one of the operands.
    """

    call: Callable[..., Any]
    operands: tuple[str, ...]
    is_condition: bool
    may_share: bool


class ArrayCode:
    """The operations of a step in their order. A value is called by a letter and a number.

    v: the result of an operation; m: a row of memory; c: a constant of the step; p: a parameter of the formula;
    k: one of `numbers`.
    """

    def __init__(self) -> None:
        self.operations: list[_Operation] = []
        self.numbers: list[float | bool] = []

    def constant(self, value: float) -> str:
        self.numbers.append(value)
        return f"k{len(self.numbers) - 1}"

    truth = constant

    def arithmetic(self, operation: str, a: str, b: str) -> str:
        return self.apply(operation, a, b)

    def product(self, factors: Iterable[str]) -> str:
        first, *others = factors
        for other in others:
            first = self.apply("multiply", first, other)
        return first

    def nonzero(self, a: str) -> str:
        return self.apply("not_equal", a, self.constant(0.0))

    def apply(self, operation: str, *operands: str) -> str:
        """Return the result of an operation, called as NumPy's function is.

        Raises
        ------
        KeyError
            If there is no such operation.
        """
        is_condition = operation in _CONDITIONS
        if operation == "where":
            call, may_share = _choose, False
        elif operation in _RETURNING:
            call, may_share = _putting(NAMES[_RETURNING[operation]]), False
        else:
            call, may_share = _UFUNCS[operation], True
        self.operations.append(_Operation(call, operands, is_condition, may_share))
        return f"v{len(self.operations) - 1}"


class Schedule:
    """The operations of a program, and where each puts its result: buffers, rows of memory, or the gradient."""

    def __init__(self, program: Program, formula: CompiledFormula, layout: Layout, constants: int) -> None:
        self.layout, self.constants = layout, constants
        code = ArrayCode()
        inputs = inputs_of(program, layout, lambda row: f"m{row}")
        written = ProgramCode(
            code,
            program,
            formula,
            inputs,
            [f"c{place}" for place in range(constants)],
            {name: f"p{place}" for place, name in enumerate(formula.parameters)},
        )
        self.gradient: list[str] = written.names(program.gradient).tolist()
        self.loss: str = written.names(program.loss).item()
        if not self.loss.startswith("v"):
            raise NotTraceableError("a loss that is the same everywhere")
        self.first_part = 1 + max(_place(name) for name in (*self.gradient, self.loss))
        """The operations before the end rule is asked."""
        kept: dict[int, str] = {}
        for part, operand in program.kept:
            for place, name in enumerate(written.names(operand).ravel().tolist()):
                kept[layout.state + part.first + place] = name
        for row, step in enumerate(written.names(program.step).tolist()):
            kept[row] = code.apply("add", f"m{row}", step)
        self.operations, self.numbers = code.operations, code.numbers
        self.at_the_end: list[tuple[str, str]] = []
        """Values that are copied, and where to, when all operations are done."""
        self.places: dict[str, str] = {}
        """Where the results of operations are: as values are called, g for the gradient, f and b for buffers."""
        self.buffers = {"f": 0, "b": 0}
        self._place_kept(kept)
        self._place_rest()

    def _last_uses(self) -> dict[str, int]:
        uses = {}
        for number, operation in enumerate(self.operations):
            for name in operation.operands:
                uses[name] = number
        end = len(self.operations)
        for name in (*self.gradient, self.loss):
            uses[name] = max(uses.get(name, 0), self.first_part)
        for name, _ in self.at_the_end:
            uses[name] = end
        return uses

    def _place_kept(self, kept: Mapping[int, str]) -> None:
        """Let results go straight to the gradient and to memory where nothing that is still needed stands there."""
        for place, name in enumerate(self.gradient):
            if name.startswith("v") and name not in self.places:
                self.places[name] = f"g{place}"
        self.at_the_end = [(name, f"m{row}") for row, name in kept.items() if name.startswith("m")]
        sources = {name for name, _ in self.at_the_end}
        if any(target in sources for _, target in self.at_the_end):
            raise NotTraceableError("parts of the state that change places")
        last = self._last_uses()
        for row, name in kept.items():
            target = f"m{row}"
            if name.startswith("m"):
                continue
            number = _place(name)
            sharing = name.startswith("v") and self.operations[number].may_share
            free = name.startswith("v") and last.get(target, -1) <= (number if sharing else number - 1)
            if free and name not in self.places:
                self.places[name] = target
            else:
                self.at_the_end.append((name, target))

    def _place_rest(self) -> None:
        last = self._last_uses()
        free: dict[str, list[int]] = {"f": [], "b": []}

        def release(number: int) -> None:
            for name in dict.fromkeys(self.operations[number].operands):
                place = self.places.get(name, "")
                if name.startswith("v") and last[name] == number and place[:1] in free:
                    free[place[0]].append(int(place[1:]))

        for number, operation in enumerate(self.operations):
            name, kind = f"v{number}", "b" if operation.is_condition else "f"
            if operation.may_share:
                release(number)
            if name not in self.places:
                if free[kind]:
                    buffer = free[kind].pop()
                else:
                    buffer, self.buffers[kind] = self.buffers[kind], self.buffers[kind] + 1
                self.places[name] = f"{kind}{buffer}"
            if not operation.may_share:
                release(number)


def _place(name: str) -> int:
    return int(name[1:]) if name.startswith("v") else -1


@lru_cache(maxsize=128)
def schedule_of(program: Program, formula: CompiledFormula, layout: Layout, constants: int) -> Schedule:
    """Return the schedule of a program whose steps have so many constants.

    Raises
    ------
    NotTraceableError
        If an operation is not known.
    """
    return Schedule(program, formula, layout, constants)


class NumpySteps:
    """Takes the steps of a program for the points of one memory."""

    def __init__(
        self,
        schedule: Schedule,
        memory: Memory,
        ends: TerminationCheck,
        target: float,
        parameters: Sequence[float],
    ) -> None:
        self._schedule, self._memory, self._ends, self._target = schedule, memory, ends, target
        columns = memory.rows.shape[1]
        self._floats = rows_apart(schedule.buffers["f"], columns)
        self._bools = np.empty((schedule.buffers["b"], columns), dtype=np.bool_)
        self._gradient = rows_apart(schedule.layout.dimension, columns)
        self._constants = np.empty(schedule.constants)
        self._numbers = [np.array(number) for number in schedule.numbers]
        self._parameters = [np.array(value) for value in parameters]
        self._bind()

    def _bind(self) -> None:
        """Let the operations work on the columns of the points that are left."""
        schedule, left = self._schedule, self._memory.left
        self._count = left
        calls = []
        for number, operation in enumerate(schedule.operations):
            operands = [self._array(name, left) for name in operation.operands]
            calls.append((operation.call, (*operands, self._array(f"v{number}", left))))
        self._first, self._second = calls[: schedule.first_part], calls[schedule.first_part :]
        self._copies = [
            (self._array(target, left), self._array(name, left)) for name, target in schedule.at_the_end
        ]
        self._slopes = [
            (self._gradient[place, :left], self._array(name, left))
            for place, name in enumerate(schedule.gradient)
            if schedule.places.get(name) != f"g{place}"
        ]
        self._loss = self._array(schedule.loss, left)

    def _array(self, name: str, left: int) -> Any:
        kind, place = name[0], name[1:]
        if kind == "v":
            return self._array(self._schedule.places[name], left)
        if kind == "c":
            return self._constants[int(place), ...]
        known = {
            "m": self._memory.rows,
            "f": self._floats,
            "b": self._bools,
            "g": self._gradient,
        }
        if kind in known:
            return known[kind][int(place), :left]
        return (self._parameters if kind == "p" else self._numbers)[int(place)]

    def run(self, first: int, constants: Array, results: Array) -> None:
        """Take as many steps as there are rows of constants, from row `first` of the descent on."""
        with np.errstate(all="ignore"):
            for row, numbers in enumerate(constants, first):
                if not self._memory.left:
                    return
                if self._memory.left != self._count:
                    self._bind()
                self._constants[:] = numbers
                self._take_step(row, results)

    def _take_step(self, row: int, results: Array) -> None:
        for call, arguments in self._first:
            call(*arguments)
        for target, value in self._slopes:
            np.copyto(target, value)
        layout, left = self._schedule.layout, self._count
        x = self._memory.rows[: layout.dimension, :left]
        before = self._memory.rows[layout.before : layout.before + layout.dimension, :left]
        found = self._ends.endings(
            before, x[np.newaxis], self._gradient[np.newaxis, :, :left], self._loss[np.newaxis]
        )
        # As of a single point, the start is kept even where it is lost itself.
        endings = None if found is None else found[0]
        back = endings == _DIVERGED if endings is not None and row else None
        if layout.has_target:
            reached = self._memory.rows[layout.reached, :left]
            low = (self._loss <= self._target) & (reached < 0)
            np.copyto(reached, row, where=low if back is None else low & ~back)
        np.copyto(before, x, where=True if back is None else ~back)
        for call, arguments in self._second:
            call(*arguments)
        for target, value in self._copies:
            np.copyto(target, value)
        if endings is not None and endings.any():
            self._remove(row, endings, results)

    def _remove(self, row: int, endings: NDArray[np.int8], results: Array) -> None:
        """Write the results of the points that have ended; others take their columns."""
        layout, rows = self._schedule.layout, self._memory.rows
        n, points = layout.dimension, np.flatnonzero(endings)
        place = rows[layout.place, points].astype(np.intp)
        results[:n, place] = rows[layout.before : layout.before + n, points]
        results[n, place] = row - ((endings[points] == _DIVERGED) & (row > 0))
        results[n + 1, place] = endings[points]
        results[n + 2, place] = rows[layout.reached, points]
        left = self._count - points.size
        moving = left + np.flatnonzero(endings[left:] == 0)
        rows[:, points[points < left]] = rows[:, moving]
        self._memory.counts[0] = left
