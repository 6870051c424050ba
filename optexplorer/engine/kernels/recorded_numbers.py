"""Numbers that are the same for all points, such as the count of steps, as names: a function then gives them for any step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from optexplorer.engine.kernels.tracing import Traced
from optexplorer.engine.recorded_arithmetic import Recorded, Recording, function_of

Number = float | int


class RecordedNumber(Recorded):
    """A number known by its name, which leaves arithmetic with points to them."""

    def __init__(self, recording: Recording, names: tuple[str, ...], *, is_array: bool = False) -> None:
        super().__init__(recording, names, is_array=False)

    def _new(self, texts: Sequence[str], *, with_array: bool = False) -> Recorded:
        return RecordedNumber(self.recording, self.recording.assigned(texts))

    def _with(self, other: object, symbol: str, swapped: bool = False) -> Any:
        return NotImplemented if isinstance(other, Traced) else super()._with(other, symbol, swapped)

    def __rpow__(self, base: object) -> Any:
        return NotImplemented if isinstance(base, Traced) else super().__rpow__(base)


class RecordedSteps:
    """Gives the constants of steps, one after the other, from numbers in the optimizer's state.

    Parameters
    ----------
    entering : what those numbers are called before a step
    constants, leaving : the constants of a step, and the numbers after it: numbers, or as they are called
    """

    def __init__(
        self,
        recording: Recording,
        entering: Sequence[str],
        constants: Sequence[Number | str],
        leaving: Sequence[Number | str],
    ) -> None:
        def name(value: Number | str) -> str:
            return value if isinstance(value, str) else recording.constant(value)

        row, after = [name(value) for value in constants], [name(value) for value in leaving]
        fixed = [f"c{place}" for place in range(len(recording.constants))]
        lines = [
            _assignment(entering, "state"),
            _assignment(fixed, "constants"),
            "rows = []",
            "for lr in rates:",
            *(f"    {line}" for line in recording.lines),
            f"    rows.append([{', '.join(row)}])",
            "    " + _assignment(entering, f"({''.join(f'{value}, ' for value in after)})"),
            "return rows",
        ]
        body = "".join(f"    {line}\n" for line in lines)
        self._function = _function(f"def function(state, rates, constants):\n{body}")
        self._constants = tuple(recording.constants)

    def rows(self, state: Sequence[Number], rates: Sequence[float | None]) -> list[list[float]]:
        """Return the constants of steps at these rates, the first from this state.

        Raises
        ------
        ArithmeticError
            Where Python's numbers raise it.
        """
        rows: list[list[float]] = self._function(tuple(state), rates, self._constants)
        return rows


def _assignment(names: Sequence[str], value: str) -> str:
    return f"{', '.join(names)}, = {value}" if names else "pass"


@lru_cache(maxsize=256)
def _function(text: str) -> Callable[..., Any]:
    return function_of(text, {})
