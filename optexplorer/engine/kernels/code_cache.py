"""Keeps the machine code of kernels between launches, in the user's own cache folder.

A file is called by a digest of all that its contents depend on: the kernel's text, the processor, LLVM. So a file of
another program, version or machine is never found. It begins with a digest of its name and the rest: one that is damaged
or has been renamed is made anew. What lies in the folder is run, as the program itself is; it is the user's own.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path

from optexplorer.atomic_write import write_atomically
from optexplorer.user_folders import cache_folder

MOST_FILES = 512
"""Kernels that are kept: a few megabytes."""
_LENGTH = hashlib.sha256().digest_size
_LOG = logging.getLogger(__name__)


def folder() -> Path:
    """Return where the files lie; it need not exist.

    Raises
    ------
    OSError
        If the user's home folder is not known.
    """
    return cache_folder() / "kernels"


def key_of(text: str, version: str) -> str:
    """Return what the file of a kernel's text is called, for a version of the compiler on a machine."""
    return hashlib.sha256(f"{version}\n{text}".encode()).hexdigest()


def kept_code(key: str) -> bytes | None:
    """Return the machine code that is kept under a key; None if there is none, or it is damaged."""
    try:
        path = _path(key)
        data = path.read_bytes()
    except OSError:
        return None
    digest, code = data[:_LENGTH], data[_LENGTH:]
    if _digest(key, code) != digest:
        _LOG.info("a kept kernel is damaged and is made anew: %s", path)
        return None
    with suppress(OSError):
        # Those that have not been used for the longest time go first.
        os.utime(path)
    return code


def keep_code(key: str, code: bytes) -> None:
    """Keep machine code under a key; where nothing can be written it is made anew the next time."""
    try:
        path = _path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, _digest(key, code) + code)
        _remove_oldest(path.parent)
    except OSError as error:
        _LOG.info("a kernel is not kept: %s", error)


def _digest(key: str, code: bytes) -> bytes:
    return hashlib.sha256(key.encode() + code).digest()


def _path(key: str) -> Path:
    return folder() / f"{key}.kernel"


def _remove_oldest(where: Path) -> None:
    files = list(where.glob("*.kernel"))
    if len(files) > MOST_FILES:
        ages = {}
        for file in files:
            # Another process may have removed it.
            with suppress(OSError):
                ages[file] = file.stat().st_mtime
        for file in sorted(ages, key=ages.__getitem__)[: len(files) - MOST_FILES]:
            with suppress(OSError):
                file.unlink()
