"""Decides where the calls of NumPy put their results, so that a step allocates nothing and copies little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from optexplorer.engine.kernels.array_code import ArrayCode, Operation, parts_of
from optexplorer.engine.kernels.memory import Layout
from optexplorer.engine.kernels.program_code import ProgramCode, inputs_of
from optexplorer.engine.kernels.row_programs import Program
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula


class Schedule:
    """The operations of a program, and the place of each one's result.

    Attributes
    ----------
    operations, numbers : as `ArrayCode` has them
    gradient, loss : the values of the gradient, in the order of the coordinates, and of the loss
    first_part : how many operations come before the end rule is asked
    places : by the number of an operation where its result is: a buffer f (a single row), F (as many as a point has
        coordinates), b or B (the same of truth values), rows of memory, or a row of another operation's result
    buffers : how many buffers of each kind there are
    at_the_end : values that are copied when all operations are done, and the rows of memory that they are copied to
    """

    def __init__(self, program: Program, formula: CompiledFormula, layout: Layout, constants: int) -> None:
        self.layout, self.constants = layout, constants
        code = ArrayCode()
        written = ProgramCode(
            code,
            program,
            formula,
            inputs_of(program, layout, lambda row: f"m{row}"),
            [f"c{place}" for place in range(constants)],
            {name: f"p{place}" for place, name in enumerate(formula.parameters)},
        )
        self.gradient: list[str] = written.names(program.gradient).tolist()
        self.loss: str = written.names(program.loss).item()
        if not self.loss.startswith("v"):
            raise NotTraceableError("a loss that is the same everywhere")
        self.first_part = 1 + max(
            (parts_of(name)[1] for name in (*self.gradient, self.loss) if name.startswith("v")), default=0
        )
        kept = [
            (layout.state + part.first, written.names(operand).ravel().tolist())
            for part, operand in program.kept
        ]
        steps = written.names(program.step).tolist()
        # Where the step leads takes the place of the last position; the present one is then the last.
        reached = code.apply_all("add", [[f"m{row}" for row in range(len(steps))], steps])
        kept.append((layout.before, reached))
        self.operations, self.numbers = code.operations, code.numbers
        self.places: dict[int, str] = {}
        self.buffers = dict.fromkeys("fFbB", 0)
        self.at_the_end = [
            (name, f"m{first + row}")
            for first, names in kept
            for row, name in enumerate(names)
            if name.startswith("m")
        ]
        if {name for name, _ in self.at_the_end} & {target for _, target in self.at_the_end}:
            raise NotTraceableError("parts of the state that change places")
        self._member_of = self._members()
        self._place_kept(kept)
        self._place_rest()

    @property
    def buffer_rows(self) -> int:
        """How many rows all buffers have."""
        n = self.layout.dimension
        return sum(count * (n if kind.isupper() else 1) for kind, count in self.buffers.items())

    def _members(self) -> dict[int, tuple[int, int]]:
        """Return which results can be found right where others stack them: in which stack, and in which of its rows."""
        found: dict[int, tuple[int, int]] = {}
        for number, operation in enumerate(self.operations):
            if operation.is_stack:
                for row, name in enumerate(operation.operands):
                    kind, member, of_several = parts_of(name)
                    if kind == "v" and of_several is None and member not in found:
                        found[member] = (number, row)
        return found

    def _rows_of(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield the operations (v) or rows of memory (m) that have to be there for a value to be there."""
        kind, number, _ = parts_of(name)
        if kind in "vV":
            yield "v", number
            if number in self._member_of:
                yield "v", self._member_of[number][0]
        elif kind == "m":
            yield "m", number
        elif kind == "M":
            yield from (("m", number + row) for row in range(self.layout.dimension))

    def _last_uses(self) -> dict[tuple[str, int], int]:
        """Return the last operation for which each is needed; they are needed at the end beyond the last one."""
        asked = [
            (number, name) for number, operation in enumerate(self.operations) for name in operation.operands
        ]
        asked += [(self.first_part, name) for name in (*self.gradient, self.loss)]
        asked += [(len(self.operations), name) for name, _ in self.at_the_end]
        uses: dict[tuple[str, int], int] = {}
        for number, name in asked:
            for needed in self._rows_of(name):
                uses[needed] = max(uses.get(needed, 0), number)
        return uses

    def _place_kept(self, kept: Sequence[tuple[int, list[str]]]) -> None:
        """Let results go straight to memory where nothing that is still needed stands there."""
        last = self._last_uses()

        def is_free(rows: range, number: int) -> bool:
            until = number if self.operations[number].may_share else number - 1
            return all(last.get(("m", row), -1) <= until for row in rows)

        def can_move(number: int) -> bool:
            return (
                number not in self.places
                and number not in self._member_of
                and not self.operations[number].is_stack
            )

        for first, names in kept:
            kind, number, _ = parts_of(names[0])
            rows = range(first, first + len(names))
            whole = [f"v{number}.{place}" for place in range(len(names))]
            is_whole = kind == "v" and names == whole and len(names) == self.operations[number].rows
            if is_whole and can_move(number) and is_free(rows, number):
                self.places[number] = f"M{first}"
                continue
            for target, name in zip(rows, names, strict=True):
                kind, number, row = parts_of(name)
                if kind == "m":
                    continue
                if (
                    kind == "v"
                    and row is None
                    and can_move(number)
                    and is_free(range(target, target + 1), number)
                ):
                    self.places[number] = f"m{target}"
                else:
                    self.at_the_end.append((name, f"m{target}"))

    def _place_rest(self) -> None:
        last = self._last_uses()
        free: dict[str, list[int]] = {kind: [] for kind in self.buffers}

        def buffer_for(number: int) -> str:
            kind = _kind_of(self.operations[number])
            if not free[kind]:
                free[kind].append(self.buffers[kind])
                self.buffers[kind] += 1
            return f"{kind}{free[kind].pop()}"

        def release(number: int) -> None:
            """Let others have the buffers of what is not needed after an operation."""
            for needed in dict.fromkeys(
                needed for name in self.operations[number].operands for needed in self._rows_of(name)
            ):
                place = self.places.get(needed[1], "") if needed[0] == "v" else ""
                if last[needed] == number and place[:1] in free:
                    free[place[0]].append(int(place[1:]))

        for number, operation in enumerate(self.operations):
            if operation.may_share:
                release(number)
            if number in self._member_of:
                stack, row = self._member_of[number]
                if stack not in self.places:
                    self.places[stack] = buffer_for(stack)
                self.places[number] = f"v{stack}.{row}"
            elif number not in self.places:
                self.places[number] = buffer_for(number)
            if not operation.may_share:
                release(number)


def _kind_of(operation: Operation) -> str:
    """Return the kind of buffer that the result of an operation needs."""
    kind = "b" if operation.is_condition else "f"
    return kind.upper() if operation.rows > 1 else kind


@lru_cache(maxsize=128)
def schedule_of(program: Program, formula: CompiledFormula, layout: Layout, constants: int) -> Schedule:
    """Return the schedule of a program whose steps have so many constants.

    Raises
    ------
    NotTraceableError
        If an operation is not known.
    """
    return Schedule(program, formula, layout, constants)
