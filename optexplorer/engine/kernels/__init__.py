"""Compiled kernels: an optimizer's rule and a formula as one loop of machine code over many points (extra `fast`).

Nothing is written twice: `tracing` runs the rule that NumPy runs, with stand-ins that write down what is done with them;
`row_programs` does so for every step of a descent. `kernel_text` makes of it, of the formula's derivatives and of the end
rule one loop over blocks of points that stay in the processor's cache, in vectors as wide as the processor's; LLVM
(llvmlite) turns that into machine code in about a tenth of a second, without the interpreter's lock, and `code_cache`
keeps it between launches. `traced_descent` runs it. Without llvmlite,
`numpy_steps` takes the traced steps in place, which saves NumPy half of its time.

Whatever cannot be traced, such as a line search, is left to NumPy. Sums, products, quotients and square roots are
rounded as NumPy rounds them, so where a formula has nothing else the results are the same to the bit.
"""

from __future__ import annotations

from typing import Literal

KernelUse = Literal["wait", "ready", "off"]
"""Whether to wait until kernels are made, to use only those that are there (others are made meanwhile), or none."""

LEAST_POINTS = 256
"""Fewer points are left to NumPy: what a kernel needs beforehand would take as long as the steps."""
LEAST_WORK = 200_000
"""Steps of single points that are worth waiting for a kernel to be made."""


def is_worthwhile(points: int, steps: int) -> bool:
    """Whether so many descents are worth tracing."""
    return points >= LEAST_POINTS and points * (steps + 1) >= LEAST_WORK
