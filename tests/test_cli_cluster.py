"""Sweeps with the workers of a real Dask scheduler, one of which is killed in the middle; then the scheduler goes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import Command

pytest.importorskip("distributed")

SWEEP = ("--landscape", "himmelblau", "--optimizer", "adam", "--optimizer", "momentum", "--source", "noisy",
         "--grid", "lr=1e-3:0.1:25:log", "--starts", "4", "--seeds", "3", "--steps", "300")  # fmt: skip

SCRIPT = """
import json, os, signal, sys
from distributed import LocalCluster
from optexplorer.cli import main
from optexplorer.export.results.results import Results
from optexplorer.runs import sweep

put, taken = Results.put, []

def disturbed(results, cells, values):
    new = put(results, cells, values)
    taken.append([cells.start, cells.stop, new])
    if len(taken) == 3 and output == "killed.csv":
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
    if len(taken) == 20 and output == "gone.csv":
        cluster.close()
    return new

if __name__ == "__main__":
    sweep.BLOCK_CELLS = 10
    Results.put = disturbed
    arguments = sys.argv[1:]
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        for output in ("killed.csv", "gone.csv"):
            taken.clear()
            sys.argv = ["optexplorer", "sweep", *arguments, "--cluster", cluster.scheduler_address, "-o", output]
            print(json.dumps([main(), taken]), flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed in another way there")
def test_a_killed_worker_takes_nothing_with_it_and_a_scheduler_that_goes_leaves_what_is_finished(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "swept.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), *SWEEP], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    (code, taken), (code_without, taken_without) = map(json.loads, done.stdout.splitlines())
    # Nothing lost, nothing counted twice.
    assert (code, sum(new for *_, new in taken)) == (0, 600)
    assert sorted(cell for low, high, _ in taken for cell in range(low, high)) == list(range(600))
    (said,) = done.stderr.splitlines()
    assert (code_without, "has gone" in said) == (2, True)
    finished = sum(new for *_, new in taken_without)
    assert 200 <= finished < 600
    monkeypatch.chdir(tmp_path)
    assert len(Path("gone.csv").read_text().splitlines()) == 1 + finished
    monkeypatch.setattr("optexplorer.runs.sweep.BLOCK_CELLS", 10)
    assert command("sweep", *SWEEP, "-o", "gone.csv", "--resume").code == 0
    assert command("sweep", *SWEEP, "-o", "here.csv").code == 0
    assert Path("killed.csv").read_bytes() == Path("here.csv").read_bytes()
    assert Path("gone.csv").read_bytes() == Path("here.csv").read_bytes()
