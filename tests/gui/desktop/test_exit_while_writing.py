"""The end of the program waits for files that are being written, and for nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys, threading, time
from optexplorer.gui.desktop import process_exit
threading.Thread(target=threading.Event().wait, daemon=True).start()
def write():
    time.sleep(1)
    print("written", flush=True)
threading.Thread(target=write).start()
sys.exit(process_exit.wait_for_threads(5))
"""


def test_a_stuck_computation_does_not_cut_off_a_write() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        input="go on\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (5, ["written"])
