"""Numbers on another kind of processor: the same to 1e-9 until a path comes to depend on rounding.

The processor at hand plays the other: without its newer instructions, the C library, NumPy and OpenBLAS take other code,
which rounds differently.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy._core import _multiarray_umath as build
from numpy.typing import NDArray

from optexplorer.engine.rounding import APART, rounding_sensitivity
from optexplorer.engine.scales import domain_size
from tests.recorded_paths import races

ROOT = Path(__file__).parents[1]


def without_newer_instructions() -> dict[str, str]:
    """Return the environment variables that switch off what not every processor has."""
    found = [name for name in build.__cpu_dispatch__ if build.__cpu_features__[name]]
    # GNU's C library knows only those names that fit its version, and ignores the others.
    hidden = [name + end for name in ("AVX2", "FMA", "FMA4", "AVX") for end in ("", "_Usable")]
    return {
        "NPY_DISABLE_CPU_FEATURES": " ".join(found),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in hidden),
        "OPENBLAS_CORETYPE": "Nehalem",
    }


OTHERS = {
    "without newer instructions": without_newer_instructions(),
    "another OpenBLAS kernel": {"OPENBLAS_CORETYPE": "Nehalem"},
}

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64",
    reason="only GNU's C library on x86 can be told to do without instructions",
)


def run(arguments: list[str], switches: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    # One thread: the sums of several would be added in another order.
    env = {**os.environ, **switches, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def recorded(folder: Path, switches: Mapping[str, str]) -> dict[str, NDArray[np.float64]]:
    file = folder / "paths.npz"
    done = run(["-m", "tests.recorded_paths", str(file)], switches)
    assert done.returncode == 0, done.stderr
    with np.load(file) as paths:
        return dict(paths)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NDArray[np.float64]]:
    return recorded(tmp_path_factory.mktemp("here"), {})


MATHEMATICS = """
import hashlib, math
import numpy as np
x = np.random.default_rng(0).uniform(-20, 20, 20000)
print(hashlib.sha256(np.array([math.exp(v) for v in x]).tobytes() + np.exp(x).tobytes()).hexdigest())
"""


@pytest.mark.skipif(not build.__cpu_features__.get("FMA3"), reason="this processor has nothing to switch off")
def test_the_switches_change_how_the_mathematics_is_rounded() -> None:
    said = [run(["-c", MATHEMATICS], switches) for switches in ({}, without_newer_instructions())]
    assert [done.returncode for done in said] == [0, 0], said
    assert said[0].stdout != said[1].stdout


def test_the_same_processor_gives_the_same_bits(here: dict[str, NDArray[np.float64]], tmp_path: Path) -> None:
    again = recorded(tmp_path, {})
    assert again.keys() == here.keys()
    assert [name for name in here if here[name].tobytes() != again[name].tobytes()] == []


@pytest.mark.parametrize("other", OTHERS)
def test_another_gives_the_same_to_1e_9_until_a_path_depends_on_rounding(
    here: dict[str, NDArray[np.float64]], tmp_path: Path, other: str
) -> None:
    there = recorded(tmp_path, OTHERS[other])
    wrong = {}
    for name, (run_spec, start, steps) in races().items():
        ours, theirs = here[name], there[name]
        if np.array_equal(ours, theirs, equal_nan=True):
            continue
        # Another processor's rounding is not that of the moved starts: with a margin of ten.
        chaos = rounding_sensitivity(run_spec, start, steps, apart=APART / 10)
        if chaos is None and len(ours) != len(theirs):
            wrong[name] = f"{len(ours) - 1} and {len(theirs) - 1} steps"
        rows = min(len(ours), len(theirs), steps + 1 if chaos is None else chaos)
        size = np.maximum(domain_size(run_spec.landscape), np.abs(ours[:rows]).max(axis=1))
        apart = np.abs(ours[:rows] - theirs[:rows]).max(axis=1) / size
        if np.any(apart > APART):
            wrong[name] = f"{apart.max():.1e} at step {apart.argmax()}, chaotic from {chaos}"
    assert wrong == {}


@pytest.mark.slow
def test_the_number_tests_pass() -> None:
    selection = ["-m", "numbers", "tests/engine", "tests/experiment", "tests/lessons"]
    done = run(
        ["-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", *selection],
        without_newer_instructions(),
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
