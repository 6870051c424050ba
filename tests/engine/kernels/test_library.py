"""Kernels are made once, kept between launches, and made anew where a kept one is of no use."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("llvmlite")

from optexplorer.engine import landscapes
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.kernels import KernelUse, code_cache, library, machine_code, traced_descent
from optexplorer.engine.kernels.library import KernelLibrary
from optexplorer.engine.kernels.machine_code import Compiler
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.run_spec import RunSpec

pytestmark = pytest.mark.usefixtures("few_points")

RUN = RunSpec(landscapes.get("booth"), Adam(lr=0.1))
STARTS = np.random.default_rng(0).uniform(-5, 5, (2, 50))


class Counting(Compiler):
    """Counts what is compiled."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def compiled(self, text: str) -> bytes:
        self.texts.append(text)
        return super().compiled(text)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counting:
    """Let kernels be kept in a folder of the test, and count those that are compiled."""
    found = Counting()
    monkeypatch.setattr(library, "compiler", lambda: found)
    monkeypatch.setattr(code_cache, "folder", lambda: tmp_path / "kernels")
    return found


def positions(use: KernelUse = "wait") -> Array:
    return batch_descent(RUN, STARTS, 20, kernels=use).position


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> KernelLibrary:
    """Return the library of a program that has just been started."""
    return launch(monkeypatch)


def launch(monkeypatch: pytest.MonkeyPatch) -> KernelLibrary:
    found = KernelLibrary()
    monkeypatch.setattr(traced_descent, "LIBRARY", found)
    return found


def test_a_kept_kernel_is_not_compiled_again(
    counting: Counting, launched: KernelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = positions("off")
    np.testing.assert_array_equal(positions(), expected)
    assert len(counting.texts) == 1
    after = launch(monkeypatch)
    np.testing.assert_array_equal(positions(), expected)
    assert (len(counting.texts), after.made, after.used) == (1, 1, 1)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "of another kernel"])
def test_a_damaged_file_is_made_anew(
    damage: str,
    counting: Counting,
    launched: KernelLibrary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = positions()
    (file,) = (tmp_path / "kernels").iterdir()
    data = file.read_bytes()
    if damage == "of another kernel":
        code_cache.keep_code("other", b"other code")
        (tmp_path / "kernels" / "other.kernel").replace(file)
    else:
        file.write_bytes(
            {"cut": data[:-9], "changed": data[:-1] + bytes([data[-1] ^ 1]), "empty": b""}[damage]
        )
    launch(monkeypatch)
    np.testing.assert_array_equal(positions(), expected)
    assert len(counting.texts) == 2
    assert file.read_bytes() == data


def test_other_versions_never_find_a_kernel() -> None:
    assert code_cache.key_of("text", "LLVM 1") != code_cache.key_of("text", "LLVM 2")
    assert code_cache.key_of("text", "LLVM 1") != code_cache.key_of("other text", "LLVM 1")


def test_a_folder_that_cannot_be_written_does_no_harm(
    counting: Counting, launched: KernelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kernels").write_text("a file where the folder should be")
    positions()
    launch(monkeypatch)
    np.testing.assert_array_equal(positions(), positions("off"))
    assert len(counting.texts) == 2


def test_the_oldest_files_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setattr(code_cache, "folder", lambda: tmp_path)
    monkeypatch.setattr(code_cache, "MOST_FILES", 2)
    for age, key in enumerate("abc"):
        code_cache.keep_code(key, key.encode())
        os.utime(tmp_path / f"{key}.kernel", (1000 + age, 1000 + age))
    assert code_cache.kept_code("a") is None
    # Whatever is used is young again.
    assert code_cache.kept_code("b") == b"b"
    code_cache.keep_code("d", b"d")
    assert code_cache.kept_code("c") is None
    assert code_cache.kept_code("b") == b"b"


def test_ready_kernels_are_made_meanwhile(counting: Counting, launched: KernelLibrary) -> None:
    expected = positions("off")
    np.testing.assert_array_equal(positions("ready"), expected)
    assert launched.used == 0
    thread = launched._thread
    if thread is not None:
        thread.join(30)
    np.testing.assert_array_equal(positions("ready"), expected)
    assert launched.used == 1


def test_what_cannot_be_compiled_is_left_to_numpy_and_not_tried_again(
    launched: KernelLibrary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Compiler):
        def compiled(self, text: str) -> bytes:
            raise RuntimeError("no such instruction")

    broken = Broken()
    monkeypatch.setattr(library, "compiler", lambda: broken)
    monkeypatch.setattr(library, "kept_code", lambda key: None)
    expected = positions("off")
    for _ in range(2):
        np.testing.assert_array_equal(positions(), expected)
    assert launched.made == 1
    assert "NumPy takes its place" in caplog.text


def test_without_llvm_there_are_no_kernels(launched: KernelLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError("llvmlite")

    monkeypatch.setattr(machine_code, "Compiler", missing)
    machine_code.compiler.cache_clear()
    try:
        assert machine_code.compiler() is None
        monkeypatch.setattr(library, "compiler", lambda: None)
        np.testing.assert_array_equal(positions(), positions("off"))
        assert launched.used == 0
    finally:
        machine_code.compiler.cache_clear()


def test_one_kernel_is_made_once_by_however_many_threads(counting: Counting, launched: KernelLibrary) -> None:
    threads = [threading.Thread(target=positions) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(counting.texts), launched.used) == (1, 4)


def test_a_closed_library_makes_none_on_its_thread(counting: Counting, launched: KernelLibrary) -> None:
    launched.close()
    positions("ready")
    assert not counting.texts


def test_only_so_many_kernels_are_kept_in_memory(
    counting: Counting, launched: KernelLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "MOST_LOADED", 1)
    positions()
    batch_descent(RunSpec(landscapes.get("matyas"), Adam()), STARTS, 20)
    positions()
    # The first one had been dropped, and was read from its file.
    assert (launched.made, len(counting.texts)) == (3, 2)


def test_code_that_is_no_kernel_is_refused() -> None:
    with_code = machine_code.compiler()
    assert with_code is not None
    code = with_code.compiled("define void @other() {\n  ret void\n}")
    with pytest.raises((RuntimeError, OSError)):
        with_code.loaded(code, ())
    with pytest.raises(AttributeError, match="no_such_function"):
        with_code.loaded(code, ("no_such_function",))
