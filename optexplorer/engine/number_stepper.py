"""Takes the steps of a single point in Python's own numbers, where an optimizer's update is plain arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.optimizers.base import Optimizer, RuleOptimizer, State, Update, state_like
from optexplorer.engine.recorded_arithmetic import NotRecordableError, Recorded, Recording, function_of

Array = NDArray[np.float64]
Numbers = Sequence[float]
NumberGradient = Callable[..., tuple[Any, ...]]

MOST_COORDINATES = 8
"""Coordinates beyond which arrays are as quick."""
_FAILURES = (ZeroDivisionError, OverflowError, ValueError, TypeError)
"""What Python's numbers raise where NumPy's give inf or nan."""


class _Leaf(NamedTuple):
    """A part of a state: `size` numbers of an array, one number of a type (size 0), or None (−1)."""

    size: int
    type: type | None = None


class NumberStepper:
    """Takes the same steps as an optimizer's `update` takes with arrays, to the bit, several times as fast."""

    def __init__(self, run: Callable[..., Any], constants: tuple[float | int, ...], shape: Any) -> None:
        self._run, self._constants, self._shape = run, constants, shape

    @classmethod
    def of(cls, optimizer: Optimizer, x: Array, state: State) -> NumberStepper | None:
        """Return the stepper of an optimizer from a state of this shape on; None if it is no plain arithmetic."""
        if not isinstance(optimizer, RuleOptimizer) or not 0 < x.size <= MOST_COORDINATES:
            return None
        try:
            shape, _ = _leaves_of(state, x.size)
            # Equal numbers may still differ: 0.0 and -0.0.
            text, constants = _recorded_text(optimizer, repr(optimizer), shape, x.size)
        except (NotRecordableError, Exception):  # noqa: BLE001 - whatever fails here, arrays tell
            return None
        return cls(_function(text), constants, shape)

    def agrees(
        self, gradient: NumberGradient, update: Update, x: Array, state: State, rates: Numbers
    ) -> bool:
        """Return whether a few steps are the same to the bit as those that arrays take.

        What has been recorded may not be all that an update does: it may tell arrays from other things.
        """
        taken = self.take(gradient, x, state, rates)
        if taken is None:
            return False
        place = x.copy()
        memory = state_like(
            type(state), [part.copy() if isinstance(part, np.ndarray) else part for part in state]
        )
        for lr in rates:
            try:
                slope = np.array(gradient(*place.tolist()), dtype=np.float64)
            except _FAILURES:
                # On another way than the numbers, which could go on.
                return False
            step, memory = update(slope, memory, place, lr)
            place = place + step
        *_, reached, after = taken
        return _same(reached, place) and len(after) == len(memory) and all(map(_same, after, memory))

    def take(
        self, gradient: NumberGradient, x: Array, state: State, rates: Numbers
    ) -> tuple[list[float], list[float], Array, State] | None:
        """Take a step for each rate.

        Returns
        -------
        tuple or None
            The coordinates of all points left, those of their gradients, the point reached and the state there; None
            if a number was divided by zero or something like that: arrays then give inf or nan.
        """
        try:
            shape, leaves = _leaves_of(state, x.size)
        except NotRecordableError:
            return None
        if shape != self._shape:
            return None
        try:
            points, gradients, reached, after = self._run(
                gradient, x.tolist(), leaves, rates, self._constants
            )
        except _FAILURES:
            return None
        return (
            points,
            gradients,
            np.array(reached, dtype=np.float64),
            _state_of(self._shape, list(after)),
        )


def _same(one: Any, other: Any) -> bool:
    """Whether two parts of a state are the same to the bit; all that is not a number is the same."""
    if not isinstance(one, np.ndarray):
        return type(one) is type(other) and (one is other or repr(one) == repr(other))
    if not isinstance(other, np.ndarray):
        return False
    lost = np.isnan(one)
    same: bool = np.where(lost, 0.0, one).tobytes() == np.where(lost, 0.0, other).tobytes()
    return same and bool((lost == np.isnan(other)).all())


def _leaves_of(state: State, size: int) -> tuple[Any, list[float | int]]:
    """Return the shape of a state, and its numbers in their order."""
    numbers: list[float | int] = []

    def leaf(part: Any) -> _Leaf:
        if part is None:
            return _Leaf(-1)
        if type(part) in (float, int):
            numbers.append(part)
            return _Leaf(0, type(part))
        if isinstance(part, np.ndarray) and part.shape == (size,) and part.dtype == np.float64:
            numbers.extend(part.tolist())
            return _Leaf(size)
        raise NotRecordableError(f"a state with a {type(part).__name__}")

    if not (type(state) is tuple or (isinstance(state, tuple) and hasattr(state, "_fields"))):
        raise NotRecordableError("a state that is no plain or named tuple")
    return (type(state), *map(leaf, state)), numbers


def _state_of(shape: Any, numbers: list[float | int]) -> State:
    """Return the state of this shape with these numbers."""
    kind, *leaves = shape
    parts: list[Any] = []
    for leaf in leaves:
        if leaf.size < 0:
            parts.append(None)
        elif leaf.size == 0:
            parts.append(numbers.pop(0))
        else:
            parts.append(np.array(numbers[: leaf.size], dtype=np.float64))
            del numbers[: leaf.size]
    return state_like(kind, parts)


@lru_cache(maxsize=512)
def _recorded_text(
    optimizer: RuleOptimizer, settings: str, shape: Any, size: int
) -> tuple[str, tuple[float | int, ...]]:
    """Return the text of a function that takes steps of an optimizer with these settings, and the constants in it."""
    recording = Recording()
    # It asks nothing of a probe.
    update: Any = optimizer.bind(None)  # type: ignore[arg-type]
    kind, *leaves = shape
    parts: list[Any] = []
    entering: list[str] = []
    for leaf in leaves:
        names = tuple(f"s{len(entering) + k}" for k in range(max(leaf.size, 1)))
        if leaf.size >= 0:
            entering += names
        parts.append(Recorded(recording, names, is_array=leaf.size > 0) if leaf.size >= 0 else None)
    state = state_like(kind, parts)
    xs, gs = (tuple(f"{letter}{k}" for k in range(size)) for letter in "xg")
    step, after = update(
        Recorded(recording, gs, is_array=True),
        state,
        Recorded(recording, xs, is_array=True),
        Recorded(recording, ("lr",), is_array=False),
    )
    if not isinstance(step, Recorded) or not step.is_array or type(after) is not kind:
        raise NotRecordableError("another kind of step")
    leaving: list[str] = []
    for leaf, part in zip(leaves, after, strict=True):
        if (part is None) is not (leaf.size < 0):
            raise NotRecordableError("a state that changes its shape")
        if part is not None:
            is_array = isinstance(part, Recorded) and part.is_array
            if is_array is not (leaf.size > 0):
                raise NotRecordableError("a state that changes its shape")
            names = part.names if isinstance(part, Recorded) else (recording.constant(part),)
            leaving += names
    each = ", ".join
    lines = [
        f"{each(xs)}, = x",
        *([f"{each(entering)}, = state"] if entering else []),
        *([f"{each(f'c{k}' for k in range(len(recording.constants)))}, = constants"] if recording.constants else []),
        "points, gradients = [], []",
        "for lr in rates:",
        f"    {each(gs)}, = gradient({each(xs)})",
        *(f"    {g} = float({g})" for g in gs),
        f"    points += ({each(xs)},)",
        f"    gradients += ({each(gs)},)",
        *(f"    {line}" for line in recording.lines),
        # At once: a state may hold the point that is left.
        f"    {each((*xs, *entering))}, = {each((*(f'{x} + {s}' for x, s in zip(xs, step.names, strict=True)), *leaving))},",
        f"return points, gradients, ({each(xs)},), ({each(entering)}{',' if entering else ''})",
    ]  # fmt: skip
    body = "".join(f"    {line}\n" for line in lines)
    return f"def function(gradient, x, state, rates, constants):\n{body}", tuple(recording.constants)


@lru_cache(maxsize=256)
def _function(text: str) -> Callable[..., Any]:
    return function_of(text, {})
