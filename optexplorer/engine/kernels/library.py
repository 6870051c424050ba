"""The kernels of this process: made when they are first asked for, at once or on a thread of their own."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from optexplorer.engine.kernels import KernelUse
from optexplorer.engine.kernels.code_cache import keep_code, kept_code, key_of
from optexplorer.engine.kernels.kernel_text import kernel_text
from optexplorer.engine.kernels.machine_code import Compiler, Kernel, compiler
from optexplorer.engine.kernels.memory import Layout
from optexplorer.engine.kernels.row_programs import Program
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula

SWITCH = "OPTEXPLORER_KERNELS"
"""The environment variable that switches kernels off, set to "off"."""
MOST_LOADED = 256
"""Kernels in memory; those that have not been used for the longest time go first."""
MOST_WAITING = 16
"""Kernels that wait to be made on the thread: of a formula that is being typed, those of its last letters count."""
_LOG = logging.getLogger(__name__)


class Request(NamedTuple):
    """All that the text of a kernel is made of; see `kernel_text`."""

    program: Program
    formula: CompiledFormula
    layout: Layout
    constants: int


class KernelLibrary:
    """Makes kernels and holds them; all methods may be called from any thread."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[Request, Kernel | None] = OrderedDict()
        self._waiting: OrderedDict[Request, None] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()
        """Held while a kernel is made, so that nobody makes the same one."""
        self._thread: threading.Thread | None = None
        self._closed = False
        self.made = self.used = 0
        """How many kernels have been made, and how often kernels have been handed out."""

    def kernels(self, requests: Sequence[Request], use: KernelUse) -> list[Kernel] | None:
        """Return a kernel for each request; None if there is none, or not yet.

        A kernel that could not be made is not tried again.
        """
        with_code = compiler()
        if use == "off" or switched_off() or with_code is None:
            return None
        found = []
        for request in requests:
            known, kernel = self._known(request)
            if not known and use == "wait":
                kernel = self._made(request, with_code)
            elif not known:
                self._make_later(requests)
            if kernel is None:
                return None
            found.append(kernel)
        self.used += 1
        return found

    def _known(self, request: Request) -> tuple[bool, Kernel | None]:
        with self._lock:
            if request not in self._loaded:
                return False, None
            self._loaded.move_to_end(request)
            return True, self._loaded[request]

    def _made(self, request: Request, with_code: Compiler) -> Kernel | None:
        with self._making:
            known, kernel = self._known(request)
            return kernel if known else self._made_now(request, with_code)

    def _made_now(self, request: Request, with_code: Compiler) -> Kernel | None:
        kernel = None
        self.made += 1
        try:
            kernel = _kernel(request, with_code)
        except NotTraceableError as reason:
            _LOG.debug("no kernel: %s", reason)
        except Exception:  # noqa: BLE001 - it is told, and the thread lives on
            # Whatever LLVM does not like: NumPy does the same, only slower.
            _LOG.warning("a kernel could not be made; NumPy takes its place", exc_info=True)
        with self._lock:
            self._loaded[request] = kernel
            while len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
        return kernel

    def _make_later(self, requests: Sequence[Request]) -> None:
        with self._lock:
            for request in requests:
                if request not in self._loaded:
                    self._waiting[request] = None
                    self._waiting.move_to_end(request)
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="kernels", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        """Make what waits, the newest first, and end when nothing does."""
        while True:
            with self._lock:
                if not self._waiting or self._closed:
                    self._thread = None
                    return
                request, _ = self._waiting.popitem()
            with_code = compiler()
            if with_code is not None:
                self._made(request, with_code)

    def close(self) -> None:
        """Make no more kernels on the thread; wait for the one that is being made."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join(timeout=5)


def _kernel(request: Request, with_code: Compiler) -> Kernel:
    text, functions = kernel_text(*request, with_code.width)
    key = key_of(text, with_code.version)
    code = kept_code(key)
    if code is None:
        code = with_code.compiled(text)
        keep_code(key, code)
    return with_code.loaded(code, functions)


def switched_off() -> bool:
    """Whether the user wants no kernels."""
    return os.environ.get(SWITCH, "").strip().lower() in ("off", "0", "no", "false")


LIBRARY = KernelLibrary()
"""The kernels of this process."""
# LLVM must not be at work when the process ends.
atexit.register(LIBRARY.close)
