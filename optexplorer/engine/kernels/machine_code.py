"""Makes machine code of a kernel's text with LLVM, and loads it. Nothing here holds the interpreter's lock for long."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from optexplorer.engine.kernels.kernel_text import NAME

_ARGUMENTS = (
    ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64,
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64,
)  # fmt: skip
_LOCK = threading.Lock()
"""One thread at a time: what LLVM keeps for a target is shared."""


class Kernel:
    """A loaded kernel, which is called with the arguments that `kernel_text` tells."""

    def __init__(self, address: int, engine: Any) -> None:
        self._engine = engine
        """What holds the memory of the machine code."""
        self.call: Callable[..., None] = ctypes.CFUNCTYPE(None, *_ARGUMENTS)(address)


class Compiler:
    """LLVM for the processor of this machine.

    Raises
    ------
    ImportError
        If llvmlite is not installed.
    RuntimeError
        If it cannot make code for this processor.
    """

    def __init__(self) -> None:
        import llvmlite
        from llvmlite import binding

        self._llvm: Any = binding
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        self._cpu, features = binding.get_host_cpu_name(), _features(binding)
        self.width = 8 if features.get("avx512f") else 4
        """The points in a vector."""
        self._target = binding.Target.from_triple(binding.get_process_triple())
        self._features = ",".join(
            f"{'+' if present else '-'}{name}" for name, present in sorted(features.items())
        )
        self.version = (
            f"llvmlite {llvmlite.__version__}, {binding.get_process_triple()}, {self._cpu}, {self._features}"
        )
        """All that machine code depends on beside the text."""

    def _machine(self) -> Any:
        # With this code model llvmlite makes object files of the kind that can be loaded, whatever the platform's own is.
        return self._target.create_target_machine(
            cpu=self._cpu, features=self._features, opt=2, codemodel="jitdefault"
        )

    def compiled(self, text: str) -> bytes:
        """Return the machine code of a kernel's text, as an object file.

        Raises
        ------
        RuntimeError
            If LLVM does not take the text.
        """
        llvm = self._llvm
        with _LOCK:
            machine = self._machine()
            module = llvm.parse_assembly(text)
            module.triple = machine.triple
            module.verify()
            options = llvm.create_pipeline_tuning_options(speed_level=2)
            # It is written in vectors already.
            options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
            builder = llvm.create_pass_builder(machine, options)
            builder.getModulePassManager().run(module, builder)
            code: bytes = machine.emit_object(module)
            return code

    def loaded(self, code: bytes, functions: Iterable[str]) -> Kernel:
        """Return the kernel in an object file that calls these functions of the C library.

        Raises
        ------
        RuntimeError, OSError, AttributeError
            If that is no such file, or the library has no such function.
        """
        llvm = self._llvm
        with _LOCK:
            for name in functions:
                if name not in _known_functions():
                    raise AttributeError(f"the C library has no '{name}'")
                llvm.add_symbol(name, _known_functions()[name])
            engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), self._machine())
            engine.add_object_file(llvm.ObjectFileRef.from_data(code))
            engine.finalize_object()
            address = engine.get_function_address(NAME)
            if not address:
                raise RuntimeError("the file holds no kernel")
            return Kernel(address, engine)


def _features(llvm: Any) -> dict[str, bool]:
    """Return what the processor can do, by LLVM's names; nothing where that is not known."""
    try:
        return dict(llvm.get_host_cpu_features())
    except RuntimeError:
        return {}


@lru_cache(maxsize=1)
def _known_functions() -> dict[str, int]:
    """Return where the functions of the C library are that a kernel may call."""
    import sys

    from optexplorer.engine.kernels.vector_code import SCALAR_FUNCTIONS

    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    if sys.platform.startswith("linux"):
        library = ctypes.CDLL("libm.so.6")
    found = {}
    for name in SCALAR_FUNCTIONS.values():
        function = getattr(library, name, None)
        if function is not None:
            found[name] = ctypes.cast(function, ctypes.c_void_p).value or 0
    return found


@lru_cache(maxsize=1)
def compiler() -> Compiler | None:
    """Return the compiler; None without llvmlite, or where it cannot make code for this processor."""
    try:
        return Compiler()
    except (ImportError, RuntimeError, OSError):
        return None
