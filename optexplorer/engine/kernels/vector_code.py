"""Writes LLVM's intermediate language for arithmetic with vectors of numbers: one number of each of several points.

Sums, products, quotients and square roots are IEEE 754's, as NumPy's are; nothing is contracted or rearranged.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

_OPERATORS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
_RELATIONS = {
    "less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge", "equal": "oeq", "not_equal": "une",
    "<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une",
}  # fmt: skip
_INTRINSICS = {
    "sqrt": "sqrt", "absolute": "fabs", "floor": "floor", "ceil": "ceil", "rint": "rint", "copysign": "copysign",
}  # fmt: skip
SCALAR_FUNCTIONS = {
    "power": "pow", "power of formula": "pow", "tan": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "log2": "log2", "log10": "log10", "hypot": "hypot", "cbrt": "cbrt",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "log1p": "log1p", "expm1": "expm1", "erf": "erf",
    "erfc": "erfc", "remainder of division": "fmod", "scalar sin": "sin", "scalar cos": "cos",
}  # fmt: skip
"""Functions of the C library, called for one point after the other."""


INLINING = "<inlining>"
"""Stands in a definition for whether its calls are to be replaced by what it does."""
MOST_INLINED = 16
"""Calls that are; of more the code would be long, and longer in the making."""


class FunctionTexts:
    """The functions beside a kernel: those of vectors that are written out, and those of LLVM and the C library.

    Attributes
    ----------
    known : by the name of an operation, what writes a call of it and returns the result
    definitions : the texts of functions by their names
    declared : the declarations of the others
    called : the functions of the C library
    calls : how often functions that are written out are called
    """

    def __init__(self, known: Mapping[str, Callable[..., str]]) -> None:
        self.known = known
        self.definitions: dict[str, str] = {}
        self.declared: set[str] = set()
        self.called: set[str] = set()
        self.calls = 0

    @property
    def text(self) -> str:
        whether = "alwaysinline" if self.calls <= MOST_INLINED else "noinline"
        return "\n".join([*sorted(self.declared), *self.definitions.values()]).replace(INLINING, whether)


class VectorCode:
    """The lines of a function as they are written. Values are called by their names or are constants, as LLVM has them."""

    def __init__(self, width: int, functions: FunctionTexts) -> None:
        self.width = width
        self.vector = f"<{width} x double>"
        self.mask = f"<{width} x i1>"
        self.integers = f"<{width} x i64>"
        self.lines: list[str] = []
        self.functions = functions
        self._count = 0

    def new(self, text: str) -> str:
        """Return the name of a new value."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def constant(self, value: float) -> str:
        """Return a vector of equal numbers."""
        return f"splat (double {scalar(value)})"

    def truth(self, value: bool) -> str:
        """Return a vector of equal truth values."""
        return f"splat (i1 {str(value).lower()})"

    def nonzero(self, a: str) -> str:
        return self.compare("une", a, self.constant(0.0))

    def load(self, pointer: str) -> str:
        return self.new(f"load {self.vector}, ptr {pointer}, align 8")

    def store(self, value: str, pointer: str) -> None:
        self.lines.append(f"  store {self.vector} {value}, ptr {pointer}, align 8")

    def intrinsic(self, name: str, *operands: str) -> str:
        """Return what one of LLVM's own functions of vectors returns."""
        function = f"@llvm.{name}.v{self.width}f64"
        kinds = ", ".join([self.vector] * len(operands))
        self.functions.declared.add(f"declare {self.vector} {function}({kinds})")
        return self.new(
            f"call {self.vector} {function}({', '.join(f'{self.vector} {name}' for name in operands)})"
        )

    def choose(self, condition: str, a: str, b: str) -> str:
        return self.new(f"select {self.mask} {condition}, {self.vector} {a}, {self.vector} {b}")

    def compare(self, relation: str, a: str, b: str) -> str:
        """Return where LLVM's relation of floating-point numbers holds."""
        return self.new(f"fcmp {relation} {self.vector} {a}, {b}")

    def both(self, a: str, b: str) -> str:
        return self.new(f"and {self.mask} {a}, {b}")

    def either(self, a: str, b: str) -> str:
        return self.new(f"or {self.mask} {a}, {b}")

    def negation(self, a: str) -> str:
        return self.new(f"xor {self.mask} {a}, splat (i1 true)")

    def is_finite(self, a: str) -> str:
        return self.compare("olt", self.apply("absolute", a), self.constant(np.inf))

    def arithmetic(self, operation: str, a: str, b: str) -> str:
        return self.new(f"{_OPERATORS[operation]} {self.vector} {a}, {b}")

    def product(self, factors: Iterable[str]) -> str:
        """Return the product of several values, from left to right."""
        first, *others = factors
        for other in others:
            first = self.arithmetic("multiply", first, other)
        return first

    def total(self, terms: Iterable[str]) -> str:
        """Return the sum of several values, from left to right."""
        first, *others = terms
        for other in others:
            first = self.arithmetic("add", first, other)
        return first

    def apply(self, operation: str, *operands: str) -> str:
        """Return the result of an operation, called as NumPy's function is.

        Raises
        ------
        KeyError
            If there is no such operation.
        """
        if operation in _OPERATORS:
            return self.arithmetic(operation, *operands)
        if operation in _RELATIONS:
            return self.compare(_RELATIONS[operation], *operands)
        if operation in _INTRINSICS:
            return self.intrinsic(_INTRINSICS[operation], *operands)
        if operation in _MADE:
            return _MADE[operation](self, *operands)
        if operation in self.functions.known:
            return self.functions.known[operation](self, *operands)
        return self.call_for_each(SCALAR_FUNCTIONS[operation], *operands)

    def apply_all(self, operation: str, operands: Sequence[Sequence[str]]) -> list[str]:
        """Return the results for several coordinates, whose operands are given one after the other."""
        return [self.apply(operation, *one) for one in zip(*operands, strict=True)]

    def beside(self, rows: list[str]) -> list[str]:
        """Return the same values: a vector holds one number of each point, whatever it is."""
        return rows

    def call_for_each(self, function: str, *operands: str) -> str:
        """Return the results of a function of the C library, called for each point."""
        kinds = ", ".join(["double"] * len(operands))
        self.functions.called.add(function)
        self.functions.declared.add(f"declare double @{function}({kinds}) nounwind willreturn memory(none)")
        result = "poison"
        for lane in range(self.width):
            parts = [self.new(f"extractelement {self.vector} {operand}, i32 {lane}") for operand in operands]
            one = self.new(f"call double @{function}({', '.join(f'double {part}' for part in parts)})")
            result = self.new(f"insertelement {self.vector} {result}, double {one}, i32 {lane}")
        return result


def scalar(value: float) -> str:
    """Return a number as LLVM's text has it, to the bit."""
    return f"0x{struct.unpack('>Q', struct.pack('>d', value))[0]:016X}"


def _maximum(code: VectorCode, a: str, b: str) -> str:
    # NaN wins, as in NumPy.
    first = code.either(code.compare("oge", a, b), code.compare("uno", a, a))
    return code.choose(first, a, b)


def _minimum(code: VectorCode, a: str, b: str) -> str:
    first = code.either(code.compare("ole", a, b), code.compare("uno", a, a))
    return code.choose(first, a, b)


def _sign(code: VectorCode, a: str) -> str:
    zero, one, less = code.constant(0.0), code.constant(1.0), code.constant(-1.0)
    rest = code.choose(code.compare("oeq", a, zero), zero, a)
    below = code.choose(code.compare("olt", a, zero), less, rest)
    return code.choose(code.compare("ogt", a, zero), one, below)


def _reciprocal_or_zero(code: VectorCode, a: str) -> str:
    zero = code.constant(0.0)
    inverse = code.arithmetic("divide", code.constant(1.0), a)
    return code.choose(code.compare("une", a, zero), inverse, zero)


def _remainder(code: VectorCode, a: str, b: str) -> str:
    """Return NumPy's `mod`, which has the sign of the divisor."""
    zero = code.constant(0.0)
    rest = code.apply("remainder of division", a, b)
    opposite = code.new(f"xor {code.mask} {code.compare('olt', b, zero)}, {code.compare('olt', rest, zero)}")
    moved = code.choose(opposite, code.arithmetic("add", rest, b), rest)
    found = code.choose(code.compare("une", rest, zero), moved, code.apply("copysign", zero, b))
    return code.choose(code.compare("oeq", b, zero), rest, found)


def _sigmoid(code: VectorCode, a: str) -> str:
    one = code.constant(1.0)
    below = code.arithmetic("add", one, code.apply("exp", code.apply("negative", a)))
    return code.arithmetic("divide", one, below)


def _softplus(code: VectorCode, a: str) -> str:
    size = code.apply("negative", code.apply("absolute", a))
    rest = code.apply("log1p", code.apply("exp", size))
    return code.arithmetic("add", _maximum(code, a, code.constant(0.0)), rest)


_MADE: dict[str, Callable[..., str]] = {
    "negative": lambda code, a: code.new(f"fneg {code.vector} {a}"),
    "square": lambda code, a: code.arithmetic("multiply", a, a),
    "reciprocal": lambda code, a: code.arithmetic("divide", code.constant(1.0), a),
    "reciprocal or zero": _reciprocal_or_zero,
    "maximum": _maximum,
    "minimum": _minimum,
    "sign": _sign,
    "remainder": _remainder,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "isfinite": VectorCode.is_finite,
    "isnan": lambda code, a: code.compare("uno", a, a),
    "where": VectorCode.choose,
    "and": VectorCode.both,
    "or": VectorCode.either,
    "not": VectorCode.negation,
}
