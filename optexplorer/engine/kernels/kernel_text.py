"""Writes a kernel: one kind of step of many points, block by block, with the end rule, in LLVM's language.

Points that end are written to the results, and the last point of the block takes their column; see `memory`.
"""

from __future__ import annotations

from collections.abc import Sequence

from optexplorer.engine.kernels.memory import Layout
from optexplorer.engine.kernels.program_code import ProgramCode, inputs_of
from optexplorer.engine.kernels.row_programs import Program
from optexplorer.engine.kernels.vector_code import FunctionTexts, VectorCode
from optexplorer.engine.kernels.vector_functions import VECTOR_FUNCTIONS
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.engine.trajectory import TerminationReason

LARGEST_BLOCK = 1024
"""Points in a block, at most: for each vector of them there is room for two sets of bits."""
NAME = "descend"


def kernel_text(
    program: Program,
    formula: CompiledFormula,
    layout: Layout,
    constants: int,
    width: int,
) -> tuple[str, frozenset[str]]:
    """Return the text of a kernel, and the functions of the C library that it calls.

    Parameters
    ----------
    constants : how many constants each step has
    width : the points in a vector

    Raises
    ------
    NotTraceableError
        If something is not known as vector code.
    """
    functions = FunctionTexts(VECTOR_FUNCTIONS)
    code = VectorCode(width, functions)
    functions.declared.add(f"declare i1 @llvm.vector.reduce.or.v{width}i1({code.mask})")
    body = _Body(code, program, formula, layout, constants)
    body.write()
    row_lines = _splats("constant", "%row_constants", constants, code)
    numbers = layout.numbers + len(formula.parameters)
    number_lines = _splats("number", "%numbers", numbers, code)
    text = _TEXT.format(
        name=NAME,
        width=width,
        vector=code.vector,
        mask=code.mask,
        bytes=LARGEST_BLOCK // width,
        declarations=functions.text,
        number_lines="\n".join(number_lines),
        pointer_lines="\n".join(
            f"  %p{row} = getelementptr double, ptr %column, i64 %offset{row}" for row in range(layout.rows)
        ),
        offset_lines="\n".join(f"  %offset{row} = mul i64 %stride, {row}" for row in range(layout.rows)),
        constants=constants,
        row_lines="\n".join(row_lines),
        lanes=", ".join(f"i64 {lane}" for lane in range(width)),
        body="\n".join(code.lines),
        lost=body.lost,
        converged=body.converged,
        writing="\n".join(_result_lines(layout)),
        converged_code=f"{TerminationReason.CONVERGED.value:e}",
        lost_code=f"{TerminationReason.DIVERGED.value:e}",
        rows=layout.rows,
    )
    return text, frozenset(functions.called)


def _splats(kind: str, pointer: str, count: int, code: VectorCode) -> list[str]:
    """Return the lines that load numbers and make a vector of each."""
    lines = []
    for place in range(count):
        lines += [
            f"  %{kind}_p{place} = getelementptr double, ptr {pointer}, i64 {place}",
            f"  %{kind}_s{place} = load double, ptr %{kind}_p{place}, align 8",
            f"  %{kind}_i{place} = insertelement {code.vector} poison, double %{kind}_s{place}, i32 0",
            f"  %{kind}{place} = shufflevector {code.vector} %{kind}_i{place}, {code.vector} poison, "
            f"<{code.width} x i32> zeroinitializer",
        ]
    return lines


class _Body:
    """What is done with one vector of points in one step."""

    def __init__(
        self,
        code: VectorCode,
        program: Program,
        formula: CompiledFormula,
        layout: Layout,
        constants: int,
    ) -> None:
        self.code, self.program, self.formula, self.layout = code, program, formula, layout
        self.constants = constants
        self.lost = self.converged = ""
        self._pointers: dict[int, str] = {}

    def write(self) -> None:
        code, layout, program = self.code, self.layout, self.program
        n = layout.dimension
        x = [self._load(row) for row in range(n)]
        before = [self._load(layout.before + row) for row in range(n)]
        loaded = dict(enumerate(x))
        inputs = inputs_of(program, layout, lambda row: loaded.get(row) or self._load(row))
        first = layout.numbers
        parameters = {name: f"%number{first + place}" for place, name in enumerate(self.formula.parameters)}
        constants = [f"%constant{place}" for place in range(self.constants)]
        written = ProgramCode(code, program, self.formula, inputs, constants, parameters)
        gradient = written.names(program.gradient).tolist()
        loss = written.names(program.loss).item()
        kept = self._end_rule(x, before, gradient, loss)
        for part, operand in program.kept:
            names = written.names(operand)
            for place, name in enumerate(names.ravel().tolist()):
                self._store(name, layout.state + part.first + place)
        for row, (coordinate, last) in enumerate(zip(x, before, strict=True)):
            self._store(code.choose(kept, last, coordinate), layout.before + row)
        steps = written.names(program.step).tolist()
        for row, (coordinate, step) in enumerate(zip(x, steps, strict=True)):
            self._store(code.arithmetic("add", coordinate, step), row)

    def _end_rule(self, x: Sequence[str], before: Sequence[str], gradient: Sequence[str], loss: str) -> str:
        """Write which points end; return those that go back to where they were before."""
        code, layout = self.code, self.layout
        n = layout.dimension
        sound = code.is_finite(loss)
        for row in range(n):
            away = code.apply("absolute", code.arithmetic("subtract", x[row], f"%number{row}"))
            sound = code.both(sound, code.compare("olt", away, f"%number{n + row}"))
            sound = code.both(sound, code.is_finite(gradient[row]))
        self.lost = code.negation(sound)
        slope = code.total(code.arithmetic("multiply", part, part) for part in gradient)
        moves = [code.arithmetic("subtract", now, last) for now, last in zip(x, before, strict=True)]
        length = code.total(code.arithmetic("multiply", move, move) for move in moves)
        flat = code.compare("ole", slope, f"%number{2 * n}")
        still = code.compare("ole", length, f"%number{2 * n + 1}")
        self.converged = code.both(code.both(flat, still), sound)
        # As of a single point, the start is kept even where it is lost itself.
        back = code.both(self.lost, "%later")
        if layout.has_target:
            reached = self._load(layout.reached)
            low = code.both(
                code.compare("ole", loss, f"%number{2 * n + 2}"),
                code.compare("olt", reached, code.constant(0.0)),
            )
            low = code.both(low, code.negation(back))
            self._store(code.choose(low, "%row_vector", reached), layout.reached)
        return back

    def _pointer(self, row: int) -> str:
        if row not in self._pointers:
            self._pointers[row] = self.code.new(f"getelementptr double, ptr %p{row}, i64 %i")
        return self._pointers[row]

    def _load(self, row: int) -> str:
        return self.code.load(self._pointer(row))

    def _store(self, value: str, row: int) -> None:
        self.code.store(value, self._pointer(row))


def _result_lines(layout: Layout) -> list[str]:
    """Return the lines that write the results of the point in column %point, which ends."""
    lines = []
    rows = [(f"%p{layout.before + row}", row) for row in range(layout.dimension)]
    rows.append((f"%p{layout.reached}", layout.dimension + 2))
    for place, (source, row) in enumerate(rows):
        lines += [
            f"  %from{place} = getelementptr double, ptr {source}, i64 %point",
            f"  %moved{place} = load double, ptr %from{place}, align 8",
            f"  %to_row{place} = mul i64 %result_stride, {row}",
            f"  %to_place{place} = add i64 %to_row{place}, %place",
            f"  %to{place} = getelementptr double, ptr %results, i64 %to_place{place}",
            f"  store double %moved{place}, ptr %to{place}, align 8",
        ]
    for name, row in (("%steps_taken", layout.dimension), ("%ending", layout.dimension + 1)):
        label = name[1:]
        lines += [
            f"  %{label}_row = mul i64 %result_stride, {row}",
            f"  %{label}_place = add i64 %{label}_row, %place",
            f"  %{label}_to = getelementptr double, ptr %results, i64 %{label}_place",
            f"  store double {name}, ptr %{label}_to, align 8",
        ]
    lines += [
        f"  %place_p = getelementptr double, ptr %p{layout.place}, i64 %point",
        "  %place_number = load double, ptr %place_p, align 8",
        "  %place = fptosi double %place_number to i64",
    ]
    # The number of the point is needed first.
    return lines[-3:] + lines[:-3]


_TEXT = """\
{declarations}
declare i8 @llvm.ctlz.i8(i8, i1)

define void @{name}(ptr noalias %buffer, i64 %stride, ptr noalias %counts, i64 %blocks, i64 %block_size, i64 %first_row,
                    i64 %rows, ptr noalias %constants, ptr noalias %numbers, ptr noalias %results, i64 %result_stride)
                    "no-stack-arg-probe" {{
entry:
  %lost_bits = alloca [{bytes} x i8], align 8
  %converged_bits = alloca [{bytes} x i8], align 8
{offset_lines}
{number_lines}
  br label %block

block:
  %block_number = phi i64 [ 0, %entry ], [ %next_block, %block_end ]
  %count_p = getelementptr i64, ptr %counts, i64 %block_number
  %count = load i64, ptr %count_p, align 8
  %column_number = mul i64 %block_number, %block_size
  %column = getelementptr double, ptr %buffer, i64 %column_number
{pointer_lines}
  br label %row

row:
  %row_number = phi i64 [ 0, %block ], [ %next_row, %row_end ]
  %left = phi i64 [ %count, %block ], [ %left_after, %row_end ]
  %some_left = icmp ne i64 %left, 0
  %more_rows = icmp ult i64 %row_number, %rows
  %goes_on = and i1 %some_left, %more_rows
  br i1 %goes_on, label %row_begin, label %block_end

row_begin:
  %row_offset = mul i64 %row_number, {constants}
  %row_constants = getelementptr double, ptr %constants, i64 %row_offset
{row_lines}
  %global_row = add i64 %row_number, %first_row
  %is_later = icmp ne i64 %global_row, 0
  %later_first = insertelement {mask} poison, i1 %is_later, i32 0
  %later = shufflevector {mask} %later_first, {mask} poison, <{width} x i32> zeroinitializer
  %row_float = uitofp i64 %global_row to double
  %row_first = insertelement {vector} poison, double %row_float, i32 0
  %row_vector = shufflevector {vector} %row_first, {vector} poison, <{width} x i32> zeroinitializer
  br label %points

points:
  %i = phi i64 [ 0, %row_begin ], [ %next_i, %points ]
  %ended_before = phi {mask} [ zeroinitializer, %row_begin ], [ %ended_after, %points ]
  %rest = sub i64 %left, %i
  %rest_first = insertelement <{width} x i64> poison, i64 %rest, i32 0
  %rests = shufflevector <{width} x i64> %rest_first, <{width} x i64> poison, <{width} x i32> zeroinitializer
  %there = icmp ult <{width} x i64> <{lanes}>, %rests
{body}
  %lost_there = and {mask} {lost}, %there
  %converged_there = and {mask} {converged}, %there
  %ended = or {mask} %lost_there, %converged_there
  %ended_after = or {mask} %ended_before, %ended
  %vector_number = udiv i64 %i, {width}
  %lost_int = bitcast {mask} %lost_there to i{width}
  %converged_int = bitcast {mask} %converged_there to i{width}
  %lost_byte = zext i{width} %lost_int to i16
  %converged_byte = zext i{width} %converged_int to i16
  %lost_i8 = trunc i16 %lost_byte to i8
  %converged_i8 = trunc i16 %converged_byte to i8
  %lost_p = getelementptr i8, ptr %lost_bits, i64 %vector_number
  %converged_p = getelementptr i8, ptr %converged_bits, i64 %vector_number
  store i8 %lost_i8, ptr %lost_p, align 1
  store i8 %converged_i8, ptr %converged_p, align 1
  %next_i = add i64 %i, {width}
  %more_points = icmp ult i64 %next_i, %left
  br i1 %more_points, label %points, label %points_end

points_end:
  %some_ended = call i1 @llvm.vector.reduce.or.v{width}i1({mask} %ended_after)
  br i1 %some_ended, label %removal, label %row_end

removal:
  %last_point = sub i64 %left, 1
  %last_vector = udiv i64 %last_point, {width}
  br label %vector_of_bits

vector_of_bits:
  %this_vector = phi i64 [ %last_vector, %removal ], [ %vector_below, %bits_end ]
  %left_here = phi i64 [ %left, %removal ], [ %left_now, %bits_end ]
  %lost_q = getelementptr i8, ptr %lost_bits, i64 %this_vector
  %converged_q = getelementptr i8, ptr %converged_bits, i64 %this_vector
  %lost_set = load i8, ptr %lost_q, align 1
  %converged_set = load i8, ptr %converged_q, align 1
  %all_set = or i8 %lost_set, %converged_set
  br label %bits

bits:
  %set = phi i8 [ %all_set, %vector_of_bits ], [ %set_after, %removed ]
  %left_now = phi i64 [ %left_here, %vector_of_bits ], [ %left_less, %removed ]
  %none_set = icmp eq i8 %set, 0
  br i1 %none_set, label %bits_end, label %point_ends

point_ends:
  %zeros = call i8 @llvm.ctlz.i8(i8 %set, i1 true)
  %lane = sub i8 7, %zeros
  %lane_bit = shl i8 1, %lane
  %not_bit = xor i8 %lane_bit, -1
  %set_after = and i8 %set, %not_bit
  %lost_bit = and i8 %lost_set, %lane_bit
  %is_lost = icmp ne i8 %lost_bit, 0
  %goes_back = and i1 %is_lost, %is_later
  %back_int = zext i1 %goes_back to i64
  %steps_int = sub i64 %global_row, %back_int
  %steps_taken = uitofp i64 %steps_int to double
  %ending = select i1 %is_lost, double {lost_code}, double {converged_code}
  %lane_int = zext i8 %lane to i64
  %vector_begin = mul i64 %this_vector, {width}
  %point = add i64 %vector_begin, %lane_int
{writing}
  %left_less = sub i64 %left_now, 1
  %is_last = icmp eq i64 %point, %left_less
  br i1 %is_last, label %removed, label %moving

moving:
  %moving_row = phi i64 [ 0, %point_ends ], [ %next_moving_row, %moving ]
  %moving_offset = mul i64 %moving_row, %stride
  %moving_from = add i64 %moving_offset, %left_less
  %moving_to = add i64 %moving_offset, %point
  %source = getelementptr double, ptr %column, i64 %moving_from
  %target = getelementptr double, ptr %column, i64 %moving_to
  %moving_value = load double, ptr %source, align 8
  store double %moving_value, ptr %target, align 8
  %next_moving_row = add i64 %moving_row, 1
  %more_moving = icmp ult i64 %next_moving_row, {rows}
  br i1 %more_moving, label %moving, label %removed

removed:
  br label %bits

bits_end:
  %was_first = icmp eq i64 %this_vector, 0
  %vector_below = sub i64 %this_vector, 1
  br i1 %was_first, label %row_end, label %vector_of_bits

row_end:
  %left_after = phi i64 [ %left, %points_end ], [ %left_now, %bits_end ]
  %next_row = add i64 %row_number, 1
  br label %row

block_end:
  store i64 %left, ptr %count_p, align 8
  %next_block = add i64 %block_number, 1
  %more_blocks = icmp ult i64 %next_block, %blocks
  br i1 %more_blocks, label %block, label %end

end:
  ret void
}}
"""
