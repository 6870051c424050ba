"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write `data` to `path`; what stood there before stays until everything is on the disk.

    Raises
    ------
    OSError
        If it cannot be written; nothing has then changed.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        # Devices and pipes are written to, not replaced; a folder raises.
        target.write_bytes(data)
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))
    beside = target.with_name(f".{target.name[:100]}-{secrets.token_hex(6)}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """Bring the folder's new entry to the disk too, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
