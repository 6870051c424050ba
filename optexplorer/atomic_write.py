"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node

_ABANDONED = 7 * 86_400
"""Seconds without a change after which any temporary file belongs to a writer that no longer exists."""
_HOST = f"{zlib.crc32(node().encode()):08x}"
_TEMPORARY = re.compile(r"\.optexplorer-([0-9a-f]{8})-([0-9]{1,10})-[0-9a-f]{12}\.tmp")


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write `data` to `path`; the old contents stay until all of the new ones are on the disk.

    See `replacing` for what happens to links, devices and temporary files.

    Raises
    ------
    OSError
        If it cannot be written; nothing has then changed.
    """
    target = _resolved(path)
    if target.exists() and not target.is_file():
        # Devices and pipes are written to, not replaced; a folder raises.
        target.write_bytes(data)
        return
    with replacing(target) as temporary, temporary.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give the name of a temporary file (or folder) beside `path`; what is written there takes the place of `path`.

    It does so at the end of the `with` block, in one step; where the block raises or makes no file, `path` stays as
    it was. A symbolic link stays one: the file that it points to is replaced. So do hard links: a file that has
    other names is rewritten in place after the new contents have been written out beside it, and gets its old
    contents back if that fails. Temporary files of writers that were killed are removed from the folder.

    Raises
    ------
    OSError
        If `path` cannot be written; nothing has then changed.
    """
    target = _resolved(path)
    if target.is_file() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    folder = target.parent
    _remove_abandoned(folder)
    # Short, whatever the target is called: names are limited to 255 bytes, not characters.
    temporary = folder / f".optexplorer-{_HOST}-{os.getpid()}-{secrets.token_hex(6)}.tmp"
    try:
        yield temporary
        if temporary.exists():
            _move(temporary, target)
    finally:
        discard(temporary)


def _resolved(path: str | Path) -> Path:
    """Return the file that `path` leads to; a device or a pipe, such as /dev/stdout, by the name that it was given.

    Raises
    ------
    OSError
        If symbolic links lead in a circle.
    """
    with suppress(OSError):
        mode = Path(path).stat().st_mode
        # What a link of the system to a pipe leads to is no name that can be opened.
        if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode):
            return Path(path)
    try:
        return Path(path).resolve()
    except RuntimeError as error:
        # Python 3.11 and 3.12; later ones leave it to whoever opens the file.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error


def _move(temporary: Path, target: Path) -> None:
    if target.is_file():
        if target.stat().st_nlink > 1:
            _rewrite(target, temporary.read_bytes())
            return
        temporary.chmod(target.stat().st_mode)
    elif target.is_dir() and temporary.is_dir():
        # Raises unless it is empty.
        target.rmdir()
    elif target.exists() and not target.is_dir():
        # A device or a pipe.
        target.write_bytes(temporary.read_bytes())
        return
    temporary.replace(target)
    _sync_folder(target.parent)


def _rewrite(target: Path, data: bytes) -> None:
    """Write into a file that has several names, so that all of them show the new contents."""
    before = target.read_bytes()
    try:
        _overwrite(target, data)
    except OSError:
        _overwrite(target, before)
        raise


def _overwrite(target: Path, data: bytes) -> None:
    with target.open("r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring the folder's new entry to the disk too, where the system can; the file itself is written by now."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_abandoned(folder: Path) -> None:
    """Remove the temporary files of writers that were killed; where that is impossible they stay."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".optexplorer-") and _is_abandoned(entry):
                discard(Path(entry.path))


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    found = _TEMPORARY.fullmatch(entry.name)
    if found is None:
        return False
    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED:
        return True
    # On Windows, os.kill ends the process instead of asking for it.
    return found[1] == _HOST and sys.platform != "win32" and not process_runs(int(found[2]))


def process_runs(pid: int) -> bool:
    """Return whether a process of that number exists; not on Windows."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def discard(path: Path) -> None:
    """Remove a temporary file or folder, if it exists and where that is possible."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
