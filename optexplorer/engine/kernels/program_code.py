"""Writes a traced step operation by operation: as vector code for LLVM, or as calls of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.kernels.formula_code import Code, formula_values
from optexplorer.engine.kernels.memory import Layout
from optexplorer.engine.kernels.row_programs import Program
from optexplorer.engine.kernels.tracing import NotTraceableError, Operand, Shape, index_of
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula

Names = NDArray[np.object_]
"""The names of values in an array of the shape that they have for a single point."""


def inputs_of(
    program: Program, layout: Layout, name_of: Callable[[int], str]
) -> dict[tuple[str, Any], list[str]]:
    """Return the names of what a program reads, by kind and name, where `name_of` names a row of memory."""
    inputs = {}
    for operation, shape, *operands in program.instructions:
        if operation == "input":
            kind, name = operands
            first = layout.first_row(kind, name)
            inputs[kind, name] = [name_of(first + place) for place in range(int(np.prod(shape)))]
    return inputs


class ProgramCode:
    """Writes the instructions of a step; `values` are those of its instructions.

    Parameters
    ----------
    inputs : the values that the program reads, by kind and name
    constants : the values of its constants
    parameters : those of the formula's parameters, by name
    """

    def __init__(
        self,
        code: Code,
        program: Program,
        formula: CompiledFormula,
        inputs: Mapping[tuple[str, Any], list[str]],
        constants: list[str],
        parameters: Mapping[str, str],
    ) -> None:
        self._code, self._formula = code, formula
        self._inputs, self._constants, self._parameters = inputs, constants, parameters
        self._evaluated: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._wanted = _wanted_at(program)
        self.values: list[Names] = []
        for instruction in program.instructions:
            self.values.append(self._value(*instruction))

    def names(self, operand: Operand) -> Names:
        """Return the names of what an operand stands for."""
        if isinstance(operand, tuple):
            _, first, shape = operand
            return _array(self._constants[first : first + int(np.prod(shape))], shape)
        return self.values[operand] if operand >= 0 else _array([self._constants[-1 - operand]], ())

    def _value(self, operation: str, shape: Shape, *operands: Any) -> Names:
        if operation == "input":
            return _array(self._inputs[operands], shape)
        if operation in ("value", "gradient", "hessian"):
            return _array(self._at(operands[0])[operation], shape)
        if operation == "get":
            found = np.empty(shape, dtype=object)
            found[...] = self.names(operands[0])[index_of(operands[1])]
            return found
        if operation == "running_sum":
            return self._running_sum(*operands)
        parts = [np.broadcast_to(self.names(operand), shape) for operand in operands]
        if operation in ("and", "or", "not"):
            parts = [
                self._conditions(part) if not isinstance(operand, int) or operand < 0 else part
                for part, operand in zip(parts, operands, strict=True)
            ]
        try:
            return _array(self._code.apply_all(operation, [part.ravel().tolist() for part in parts]), shape)
        except KeyError:
            raise NotTraceableError(operation) from None

    def _conditions(self, numbers: Names) -> Names:
        """Return where constants are other than zero."""
        found = np.empty_like(numbers)
        for place in np.ndindex(numbers.shape):
            found[place] = self._code.nonzero(str(numbers[place]))
        return found

    def _running_sum(self, operand: Operand, axis: int) -> Names:
        terms = np.moveaxis(self.names(operand), axis, 0)
        result = np.empty_like(terms)
        result[0] = terms[0]
        for place in range(1, len(terms)):
            for rest in np.ndindex(terms.shape[1:]):
                result[(place, *rest)] = self._code.arithmetic(
                    "add", result[(place - 1, *rest)], terms[(place, *rest)]
                )
        return np.moveaxis(result, 0, axis)

    def _at(self, operand: Operand) -> dict[str, list[str]]:
        """Return what the step wants to know of the formula at a point, all written at once: much of it is shared."""
        point = self.names(operand).tolist()
        key = tuple(point)
        if key not in self._evaluated:
            self._evaluated[key] = self._formula_at(point, self._wanted[operand])
        return self._evaluated[key]

    def _formula_at(self, point: list[str], wanted: set[str]) -> dict[str, list[str]]:
        formula, n = self._formula, len(point)
        expressions = []
        if "value" in wanted:
            expressions.append(formula.expression)
        if "gradient" in wanted:
            expressions += formula.derivatives
        if "hessian" in wanted:
            second = formula.second_derivatives
            if second is None:
                raise NotTraceableError("a Hessian that is too large")
            expressions += second
        symbols = {**dict(zip(formula.variables, point, strict=True)), **self._parameters}
        values = formula_values(self._code, expressions, symbols)
        found = {}
        if "value" in wanted:
            found["value"], values = values[:1], values[1:]
        if "gradient" in wanted:
            found["gradient"], values = self._code.beside(values[:n]), values[n:]
        if "hessian" in wanted:
            upper = iter(values)
            matrix = np.empty((n, n), dtype=object)
            for i in range(n):
                for j in range(i, n):
                    matrix[i, j] = matrix[j, i] = next(upper)
            found["hessian"] = matrix.ravel().tolist()
        return found


def _wanted_at(program: Program) -> dict[Operand, set[str]]:
    """Return what a step asks of the formula at each of its points."""
    wanted: dict[Operand, set[str]] = {}
    for operation, _, *operands in program.instructions:
        if operation in ("value", "gradient", "hessian"):
            wanted.setdefault(operands[0], set()).add(operation)
    return wanted


def _array(names: list[str], shape: Shape) -> Names:
    array = np.empty(len(names), dtype=object)
    array[:] = names
    return array.reshape(shape)
