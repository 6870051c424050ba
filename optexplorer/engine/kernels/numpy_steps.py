"""Takes traced steps with NumPy, in place: each array is made once, and steps allocate nothing.

The results are the same to the bit as those of the rule itself, for the same functions of NumPy find them; only where
they put them is another place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.descent import TerminationCheck
from optexplorer.engine.kernels.array_code import parts_of
from optexplorer.engine.kernels.array_schedule import Schedule
from optexplorer.engine.kernels.memory import Memory, rows_apart
from optexplorer.engine.trajectory import TerminationReason

Array = NDArray[np.float64]

_DIVERGED = TerminationReason.DIVERGED.value


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
        self._bind()

    def _bind(self) -> None:
        """Let the operations work on the columns of the points that are left."""
        schedule, left = self._schedule, self._memory.left
        self._count = left
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
        self._first, self._second = calls[: schedule.first_part], calls[schedule.first_part :]
        self._copies = [(array(target), array(name)) for name, target in schedule.at_the_end]
        self._loss = array(schedule.loss)
        _, number, row = parts_of(schedule.gradient[0])
        together = [f"v{number}.{place}" for place in range(len(schedule.gradient))]
        self._slopes = []
        if schedule.gradient == together and row is not None:
            self._gradient = results[number]
        else:
            self._gradient = self._own_gradient[:, :left]
            self._slopes = [
                (target, array(name)) for target, name in zip(self._gradient, schedule.gradient, strict=True)
            ]

    def _result(self, number: int, left: int) -> Any:
        """Return the array for the result of an operation."""
        kind, place, row = parts_of(self._schedule.places[number])
        return self._result(place, left)[row] if kind == "v" else self._buffer(kind, place, left)

    def _buffer(self, kind: str, place: int, left: int) -> Any:
        """Return a row of a buffer or of memory, or (capital letters) as many as a point has coordinates."""
        n = self._schedule.layout.dimension
        if kind in "fbm":
            return self._rows[kind][place, :left]
        first = place if kind == "M" else place * n
        return self._rows[kind][first : first + n, :left]

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
        found = self._ends.endings(before, x[np.newaxis], self._gradient[np.newaxis], self._loss[np.newaxis])
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
