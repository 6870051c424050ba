"""A sweep with the workers of a real Dask scheduler, one of which is killed in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import Command

pytest.importorskip("distributed")

SWEEP = ("--landscape", "himmelblau", "--optimizer", "adam", "--optimizer", "momentum", "--source", "noisy",
         "--grid", "lr=1e-3:0.1:25:log", "--starts", "4", "--seeds", "3", "--steps", "500")  # fmt: skip

SCRIPT = """
import json, os, signal, sys
from distributed import LocalCluster
from optexplorer.cli import main
from optexplorer.export.results.results import Results
from optexplorer.runs import sweep

put, taken = Results.put, []

def killing(results, cells, values):
    new = put(results, cells, values)
    taken.append([cells.start, cells.stop, new])
    if len(taken) == 3:
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
    if len(taken) == 20 and "gone" in sys.argv[-1]:
        cluster.close()
    return new

if __name__ == "__main__":
    sweep.BLOCK_CELLS = 10
    Results.put = killing
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        sys.argv = ["optexplorer", "sweep", "--cluster", cluster.scheduler_address, *sys.argv[1:]]
        code = main()
        print(json.dumps([code, taken]))
"""


def swept_by_a_cluster(folder: Path, output: str) -> tuple[int, list[list[int]], str]:
    """Run the sweep with a cluster; return the exit code, what has been counted, and what was said."""
    script = folder / "swept.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), *SWEEP, "-o", output],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    code, taken = json.loads(done.stdout)
    return code, taken, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed in another way there")
def test_a_killed_worker_takes_nothing_with_it_and_a_scheduler_that_goes_leaves_what_is_finished(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, taken, said = swept_by_a_cluster(tmp_path, "cluster.csv")
    assert (code, said) == (0, "")
    # Nothing lost, nothing counted twice.
    assert sorted(cells for low, high, _ in taken for cells in range(low, high)) == list(range(600))
    assert sum(new for *_, new in taken) == 600
    code, taken, said = swept_by_a_cluster(tmp_path, "gone.csv")
    assert code == 2
    assert "has gone" in said
    finished = sum(new for *_, new in taken)
    assert 200 <= finished < 600
    assert len((tmp_path / "gone.csv").read_text().splitlines()) == 1 + finished
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("optexplorer.runs.sweep.BLOCK_CELLS", 10)
    assert command("sweep", *SWEEP, "-o", "gone.csv", "--resume").code == 0
    assert command("sweep", *SWEEP, "-o", "here.csv").code == 0
    whole = (tmp_path / "here.csv").read_bytes()
    assert (tmp_path / "cluster.csv").read_bytes() == whole
    assert (tmp_path / "gone.csv").read_bytes() == whole
