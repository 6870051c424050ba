"""Exponential, logarithm, sine and cosine of vectors, without a branch for single points.

They differ from NumPy's in the last bits at most; the methods are those of Sun's fdlibm (Ng 1993).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from optexplorer.engine.kernels.vector_code import INLINING, VectorCode

_ROUNDING = 1.5 * 2.0**52
"""A number that is added to round another to a whole number, which is then in the last bits of the sum."""
_ROUNDING_BITS = 0x4338000000000000
_LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)
_HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21)
"""Parts that add up to a number; their products with whole numbers up to 2^20 are exact, but for the last part's."""
_LARGEST_ANGLE = 1.6e6
"""Beyond it those products are not exact; such angles are left to the C library."""
_SINE = (
    -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06,
    -2.50507602534068634195e-08, 1.58969099521155010221e-10,
)  # fmt: skip
_COSINE = (
    4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05, -2.75573143513906633035e-07,
    2.08757232129817482790e-09, -1.13596475577881948265e-11,
)  # fmt: skip
_LOGARITHM = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip


def _fused(code: VectorCode, a: str, b: str, c: str) -> str:
    """Return a * b + c, rounded once where the processor can."""
    return code.intrinsic("fmuladd", a, b, c)


def _polynomial(code: VectorCode, x: str, coefficients: Sequence[float]) -> str:
    """Return the polynomial whose coefficients begin with that of power 0."""
    *others, last = coefficients
    found = code.constant(last)
    for coefficient in reversed(others):
        found = _fused(code, found, x, code.constant(coefficient))
    return found


def _less_multiples(code: VectorCode, x: str, count: str, parts: Sequence[float]) -> str:
    """Return x less `count` times the sum of the parts."""
    for part in parts:
        x = _fused(code, count, code.constant(-part), x)
    return x


def _rounded(code: VectorCode, x: str, factor: float) -> tuple[str, str]:
    """Return the whole number next to `x * factor`, as a floating-point number and as an integer."""
    rounding = code.constant(_ROUNDING)
    summed = _fused(code, x, code.constant(factor), rounding)
    bits = code.new(f"bitcast {code.vector} {summed} to {code.integers}")
    return (
        code.arithmetic("subtract", summed, rounding),
        code.new(f"sub {code.integers} {bits}, splat (i64 {_ROUNDING_BITS})"),
    )


def _power_of_two(code: VectorCode, exponent: str) -> str:
    biased = code.new(f"add {code.integers} {exponent}, splat (i64 1023)")
    bits = code.new(f"shl {code.integers} {biased}, splat (i64 52)")
    return code.new(f"bitcast {code.integers} {bits} to {code.vector}")


def _exponential(code: VectorCode, x: str) -> list[str]:
    low, high = code.constant(-746.0), code.constant(710.0)
    x = code.choose(code.compare("olt", x, low), low, x)
    x = code.choose(code.compare("ogt", x, high), high, x)
    count, exponent = _rounded(code, x, 1 / math.log(2))
    rest = _less_multiples(code, x, count, _LN2)
    found = _polynomial(code, rest, [1 / math.factorial(power) for power in range(14)])
    # In two steps, for the power of two may be out of range where the result is not.
    half = code.new(f"ashr {code.integers} {exponent}, splat (i64 1)")
    other = code.new(f"sub {code.integers} {exponent}, {half}")
    return [code.product([found, _power_of_two(code, half), _power_of_two(code, other)])]


def _logarithm(code: VectorCode, x: str) -> list[str]:
    zero, one = code.constant(0.0), code.constant(1.0)
    tiny = code.compare("olt", x, code.constant(2.0**-1022))
    normal = code.choose(tiny, code.arithmetic("multiply", x, code.constant(2.0**54)), x)
    bits = code.new(f"bitcast {code.vector} {normal} to {code.integers}")
    exponent = code.new(f"lshr {code.integers} {bits}, splat (i64 52)")
    exponent = code.new(f"and {code.integers} {exponent}, splat (i64 2047)")
    # A small integer in the last bits of a floating-point number, as `_rounded` has it.
    exponent = code.new(f"or {code.integers} {exponent}, splat (i64 {_ROUNDING_BITS})")
    count = code.new(f"bitcast {code.integers} {exponent} to {code.vector}")
    bias = code.choose(tiny, code.constant(_ROUNDING + 1077), code.constant(_ROUNDING + 1023))
    count = code.arithmetic("subtract", count, bias)
    mantissa = code.new(f"and {code.integers} {bits}, splat (i64 {(1 << 52) - 1})")
    mantissa = code.new(f"or {code.integers} {mantissa}, splat (i64 {1023 << 52})")
    m = code.new(f"bitcast {code.integers} {mantissa} to {code.vector}")
    upper = code.compare("ogt", m, code.constant(math.sqrt(2)))
    m = code.choose(upper, code.arithmetic("multiply", m, code.constant(0.5)), m)
    count = code.choose(upper, code.arithmetic("add", count, one), count)
    f = code.arithmetic("subtract", m, one)
    s = code.arithmetic("divide", f, code.arithmetic("add", f, code.constant(2.0)))
    z = code.arithmetic("multiply", s, s)
    series = code.arithmetic("multiply", z, _polynomial(code, z, _LOGARITHM))
    half = code.product([code.constant(0.5), f, f])
    small = _fused(
        code,
        s,
        code.arithmetic("add", half, series),
        code.arithmetic("multiply", count, code.constant(_LN2[1])),
    )
    rest = code.arithmetic("subtract", code.arithmetic("subtract", half, small), f)
    found = code.arithmetic("subtract", code.arithmetic("multiply", count, code.constant(_LN2[0])), rest)
    found = code.choose(code.compare("oeq", x, code.constant(math.inf)), x, found)
    found = code.choose(code.compare("oeq", x, zero), code.constant(-math.inf), found)
    nothing = code.either(code.compare("olt", x, zero), code.compare("uno", x, x))
    return [code.choose(nothing, code.constant(math.nan), found)]


def _sine_and_cosine(code: VectorCode, x: str) -> list[str]:
    """Return both; those of large angles, which are rare, from the C library."""
    large = code.compare("ogt", code.apply("absolute", x), code.constant(_LARGEST_ANGLE))
    reduce = f"@llvm.vector.reduce.or.v{code.width}i1"
    code.functions.declared.add(f"declare i1 {reduce}({code.mask})")
    some = code.new(f"call i1 {reduce}({code.mask} {large})")
    code.lines += [f"  br i1 {some}, label %large, label %usual", "large:"]
    called = [code.call_for_each(name, x) for name in ("sin", "cos")]
    code.lines += ["  br label %end", "usual:"]
    count, quarter = _rounded(code, x, 2 / math.pi)
    r = _less_multiples(code, x, count, _HALF_PI)
    z = code.arithmetic("multiply", r, r)
    cube = code.arithmetic("multiply", z, r)
    sine = _fused(code, cube, _polynomial(code, z, _SINE), r)
    half = code.arithmetic("multiply", z, code.constant(0.5))
    most = code.arithmetic("subtract", code.constant(1.0), half)
    lost = code.arithmetic("subtract", code.arithmetic("subtract", code.constant(1.0), most), half)
    square = code.arithmetic("multiply", z, z)
    cosine = code.arithmetic("add", most, _fused(code, square, _polynomial(code, z, _COSINE), lost))
    odd = code.new(f"trunc {code.integers} {quarter} to {code.mask}")
    following = code.new(f"add {code.integers} {quarter}, splat (i64 1)")
    found = [
        _with_sign(code, code.choose(odd, cosine, sine), quarter),
        _with_sign(code, code.choose(odd, sine, cosine), following),
    ]
    code.lines += ["  br label %end", "end:"]
    return [
        code.new(f"phi {code.vector} [ {rare}, %large ], [ {usual}, %usual ]")
        for rare, usual in zip(called, found, strict=True)
    ]


def _with_sign(code: VectorCode, x: str, quarter: str) -> str:
    """Return x, negative in the third and fourth quarter of the circle."""
    second = code.new(f"and {code.integers} {quarter}, splat (i64 2)")
    sign = code.new(f"shl {code.integers} {second}, splat (i64 62)")
    bits = code.new(f"bitcast {code.vector} {x} to {code.integers}")
    turned = code.new(f"xor {code.integers} {bits}, {sign}")
    return code.new(f"bitcast {code.integers} {turned} to {code.vector}")


def _calling(name: str, write: Callable[[VectorCode, str], list[str]], place: int = 0) -> Callable[..., str]:
    """Return what writes a call of the function that `write` writes, and takes one of its results."""

    def call(code: VectorCode, x: str) -> str:
        functions = code.functions
        if name not in functions.definitions:
            # Taken before it is written: another function may be needed for it.
            functions.definitions[name] = ""
            body = VectorCode(code.width, functions)
            results = write(body, "%x")
            functions.definitions[name] = _definition(body, name, results)
        functions.calls += 1
        kind = _kind(code, len(_RESULTS[name]))
        returned = code.new(f"call {kind} @{name}({code.vector} {x})")
        return code.new(f"extractvalue {kind} {returned}, {place}")

    return call


_RESULTS = {"vector_exp": ("exp",), "vector_log": ("log",), "vector_sin_cos": ("sin", "cos")}


def _kind(code: VectorCode, count: int) -> str:
    return f"{{ {', '.join([code.vector] * count)} }}"


def _definition(body: VectorCode, name: str, results: Sequence[str]) -> str:
    kind = _kind(body, len(results))
    joined = "poison"
    for place, result in enumerate(results):
        joined = body.new(f"insertvalue {kind} {joined}, {body.vector} {result}, {place}")
    lines = "\n".join(body.lines)
    return (
        f"define internal {kind} @{name}({body.vector} %x) {INLINING} nounwind willreturn memory(none) {{\n"
        f"entry:\n{lines}\n  ret {kind} {joined}\n}}"
    )


VECTOR_FUNCTIONS: Mapping[str, Callable[..., str]] = {
    "exp": _calling("vector_exp", _exponential),
    "log": _calling("vector_log", _logarithm),
    "sin": _calling("vector_sin_cos", _sine_and_cosine, 0),
    "cos": _calling("vector_sin_cos", _sine_and_cosine, 1),
}
"""What writes a call of each function."""
