"""Takes traced steps with NumPy, in place: each array is made once, and steps allocate nothing.

The results are the same to the bit as those of the rule itself, for the same functions of NumPy find them; only where
they put them is another place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import TerminationCheck
from optexplorer.engine.kernels.array_code import parts_of
from optexplorer.engine.kernels.array_schedule import Schedule
from optexplorer.engine.kernels.memory import Memory, rows_apart
from optexplorer.engine.trajectory import TerminationReason

Array = NDArray[np.float64]
Endings = NDArray[np.int8]
Calls = list[tuple[Callable[..., Any], tuple[Any, ...]]]

_DIVERGED = TerminationReason.DIVERGED.value


class _Bound(NamedTuple):
    """The operations of a step on the columns of the points that are `left`: calls, and what is copied to where.

    `first` come before the end rule is asked, which looks at the position, the one before, the gradient, to which `slopes`
    are copied, and the loss. Then come `second`, and `copies`.
    """

    left: int
    first: Calls
    second: Calls
    copies: list[tuple[Array, Any]]
    x: Array
    before: Array
    gradient: Array
    slopes: list[tuple[Array, Any]]
    loss: Array


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
        columns, n = memory.rows.shape[1], schedule.layout.dimension
        counts = schedule.buffers
        self._rows = {
            "f": rows_apart(counts["f"], columns),
            "F": rows_apart(counts["F"] * n, columns),
            "b": np.empty((counts["b"], columns), dtype=np.bool_),
            "B": np.empty((counts["B"] * n, columns), dtype=np.bool_),
            "m": memory.rows,
            "M": memory.rows,
        }
        self._own_gradient = rows_apart(n, columns)
        self._constants = np.empty(schedule.constants)
        self._numbers = [np.array(number) for number in schedule.numbers]
        self._parameters = [np.array(value) for value in parameters]
        self._is_turned = False
        """Whether the rows of memory for the position and for the last position have changed their roles."""
        self._bound: dict[bool, _Bound] = {}

    def _bind(self) -> _Bound:
        """Return the operations on the columns of the points that are left."""
        schedule, left = self._schedule, self._memory.left
        bound = self._bound.get(self._is_turned)
        if bound is not None and bound.left == left:
            return bound
        results = [self._result(number, left) for number in range(len(schedule.operations))]

        def array(name: str) -> Any:
            kind, number, row = parts_of(name)
            if kind in "vV":
                return results[number] if row is None else results[number][row]
            if kind in "mM":
                return self._buffer(kind, number, left)
            if kind == "c":
                return self._constants[number, ...]
            return (self._parameters if kind == "p" else self._numbers)[number]

        calls = [
            (operation.call, (*map(array, operation.operands), result))
            for operation, result in zip(schedule.operations, results, strict=True)
        ]
        gradient, slopes = self._own_gradient[:, :left], [array(name) for name in schedule.gradient]
        _, number, row = parts_of(schedule.gradient[0])
        if row is not None and schedule.gradient == [f"v{number}.{place}" for place in range(len(slopes))]:
            gradient, slopes = results[number], []
        bound = _Bound(
            left,
            calls[: schedule.first_part],
            calls[schedule.first_part :],
            [(array(target), array(name)) for name, target in schedule.at_the_end],
            self._buffer("M", 0, left),
            self._buffer("M", schedule.layout.before, left),
            gradient,
            list(zip(gradient, slopes, strict=False)),
            array(schedule.loss),
        )
        self._bound[self._is_turned] = bound
        return bound

    def _result(self, number: int, left: int) -> Any:
        """Return the array for the result of an operation."""
        kind, place, row = parts_of(self._schedule.places[number])
        return self._result(place, left)[row] if kind == "v" else self._buffer(kind, place, left)

    def _buffer(self, kind: str, place: int, left: int) -> Any:
        """Return a row of a buffer or of memory, or (capital letters) as many as a point has coordinates."""
        n = self._schedule.layout.dimension
        if self._is_turned and kind in "mM" and place < 2 * n:
            place = (place + n) % (2 * n)
        if kind in "fbm":
            return self._rows[kind][place, :left]
        first = place if kind == "M" else place * n
        return self._rows[kind][first : first + n, :left]

    def run(self, first: int, constants: Array, results: Array) -> None:
        """Take as many steps as there are rows of constants, from row `first` of the descent on."""
        with np.errstate(all="ignore"):
            for row, numbers in enumerate(constants, first):
                if not self._memory.left:
                    break
                self._constants[:] = numbers
                self._take_step(row, results, self._bind())
                self._is_turned = not self._is_turned
        if self._is_turned:
            n, left = self._schedule.layout.dimension, self._memory.left
            now = self._memory.rows[:n, :left].copy()
            self._memory.rows[:n, :left] = self._memory.rows[n : 2 * n, :left]
            self._memory.rows[n : 2 * n, :left] = now
            self._is_turned = False

    def _take_step(self, row: int, results: Array, bound: _Bound) -> None:
        for call, arguments in bound.first:
            call(*arguments)
        for target, value in bound.slopes:
            np.copyto(target, value)
        loss, layout = bound.loss, self._schedule.layout
        found = self._ends.endings(
            bound.before, bound.x[np.newaxis], bound.gradient[np.newaxis], loss[np.newaxis]
        )
        endings = found[0] if found is not None and found.any() else None
        if layout.has_target:
            reached = self._memory.rows[layout.reached, : bound.left]
            low = (loss <= self._target) & (reached < 0)
            # As of a single point, the start is kept even where it is lost itself.
            np.copyto(reached, row, where=low if endings is None or not row else low & (endings != _DIVERGED))
        if endings is not None:
            self._write_results(row, endings, results, bound)
        for call, arguments in bound.second:
            call(*arguments)
        for target, value in bound.copies:
            np.copyto(target, value)
        if endings is not None:
            self._remove(endings)

    def _write_results(self, row: int, endings: Endings, results: Array, bound: _Bound) -> None:
        """Write the results of the points that end at a row."""
        layout, rows, points = self._schedule.layout, self._memory.rows, np.flatnonzero(endings)
        n, back = layout.dimension, (endings[points] == _DIVERGED) & (row > 0)
        place = rows[layout.place, points].astype(np.intp)
        results[:n, place] = np.where(back, bound.before[:, points], bound.x[:, points])
        results[n, place] = row - back
        results[n + 1, place] = endings[points]
        results[n + 2, place] = rows[layout.reached, points]

    def _remove(self, endings: Endings) -> None:
        """Let others take the columns of the points that have ended."""
        rows, points = self._memory.rows, np.flatnonzero(endings)
        left = endings.size - points.size
        moving = left + np.flatnonzero(endings[left:] == 0)
        rows[:, points[points < left]] = rows[:, moving]
        self._memory.counts[0] = left
