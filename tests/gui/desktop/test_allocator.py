"""Memory that is free between blocks in use goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from optexplorer.gui.desktop import allocator

PROGRAM = """
from pathlib import Path
from optexplorer.gui.desktop import allocator

def megabytes():
    return sum(int(l.split()[1]) for l in Path("/proc/self/status").read_text().splitlines() if "RssAnon" in l) / 1000

allocator.give_memory_back()
blocks = [bytearray(30_000) for _ in range(2000)]
del blocks[::2]
before = megabytes()
allocator.trim()
print(before - megabytes())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked")
def test_holes_between_blocks_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, encoding="utf-8", check=True)
    # Of 30 MB, whole pages only.
    assert float(done.stdout) > 15


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    allocator.give_memory_back()
    allocator.trim()
