"""Experiment files: round trips, damage, older and newer versions, crashes and full disks."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer import atomic_write
from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from tests.strategies import EXPERIMENTS

ROOT = Path(__file__).resolve().parent.parent.parent


@settings(max_examples=60, deadline=None)
@given(EXPERIMENTS)
def test_a_file_brings_the_experiment_back(experiment: Experiment) -> None:
    data = files.to_json(experiment)
    back = files.from_json(data)
    assert back == experiment
    assert files.to_json(back) == data


@settings(max_examples=30, deadline=None)
@given(EXPERIMENTS)
def test_a_file_from_before_versions_is_still_read(experiment: Experiment) -> None:
    assert files.from_json(experiment.model_dump_json().encode()) == experiment


def test_a_file_says_what_it_is_and_holds_every_setting(tmp_path: Path) -> None:
    files.write(tmp_path / "race.optx", default_experiment())
    held = json.loads((tmp_path / "race.optx").read_text(encoding="utf-8"))
    assert list(held)[:2] == ["format", "version"]
    assert held["racers"][5]["optimizer"]["beta2"] == 0.999
    assert files.read(tmp_path / "race.optx") == default_experiment()


GOOD: dict[str, Any] = {"landscape": "booth", "racers": [{"optimizer": "gd"}, {"optimizer": "adam"}]}


def changed(place: str, value: Any) -> dict[str, Any]:
    """Return `GOOD` with another value at a place such as `racers.1.lr`."""
    fields = json.loads(json.dumps({"appearance": {"camera": {}}, "view": {}, **GOOD}))
    *keys, last = place.split(".")
    here = fields
    for part in keys:
        here = here[int(part)] if isinstance(here, list) else here[part]
    here[last] = value
    return fields


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("racers.1.lr", -1, "racers[1].optimizer.lr = -1 is not allowed; 0 < lr <= 1e+06"),
        ("racers.1.lr", "fast", "racers[1].optimizer.lr = fast is not allowed; it must be a finite number"),
        ("racers.1.learning", 1, "racers[1].optimizer: adam has no parameter 'learning'"),
        ("racers.1.optimizer", "adm", "racers[1].optimizer: no optimizer is called 'adm'; did you mean 'adam'?"),
        ("racers.1.schedule", {"id": "step", "gamma": 3}, "racers[1].schedule.gamma = 3 is not allowed; 0 < gamma <= 1"),
        ("racers.0.colour", "red", "racers[0].colour = red is not allowed; it must match the pattern"),
        ("racers.0.start", [1], "start: booth has 2 coordinate(s) (x, y), but 1 are given"),
        ("racers", 7, "racers = 7 is not allowed; it must be a list"),
        ("landscape", "boot", "no landscape is called 'boot'; did you mean 'booth'?"),
        ("landscape", {"formula": "x^", "domain": {"x": [0, 1]}}, "landscape: the formula ends too early"),
        ("landscape", {"formula": "x", "domain": {"x": ["a", 1]}}, "landscape.domain.x[0] = a is not allowed"),
        ("landscape", {"formula": "x"}, "landscape.domain is missing"),
        ("landscape", 5, "landscape = 5 is not allowed"),
        (
            "landscape", {"formula": "x", "domain": {"x": [0, 1]}, "name": -1},
            'landscape.name = -1 is not allowed; it must be a text, or {"en": …, "ja": …}',
        ),
        ("steps", 0, "steps = 0 is not allowed; it must be at least 1"),
        ("steps", 1.5, "steps = 1.5 is not allowed; it must be a whole number"),
        ("step", 9, "step is not known here; did you mean 'steps'?"),
        ("appearance.camera.elevation", 100, "appearance.camera.elevation = 100 is not allowed; it must be at most 90"),
        ("Format", "x", "Format is not known here"),
        ("appearance.minimum", True, "appearance.minimum is not known here; did you mean 'minima'?"),
        ("view.window", [1, 1, 0, 2], "view.window: it needs low < high with room between them, not 1 and 1"),
        ("view.window", [0, 1e300, 0, 2], "view.window[1] = 1e+300 is not allowed"),
        ("version", 3, "the file has version 3, made by a newer optexplorer; this one reads up to version 2"),
        ("version", "new", "version = new is not allowed; it is a whole number, now 2"),
        ("format", "other", "format = other is not allowed; it is 'optexplorer'"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_in_one_line(place: str, value: Any, message: str) -> None:
    with pytest.raises(FileError) as caught:
        files.from_json(json.dumps(changed(place, value)).encode())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged or no JSON"),
        (b"\xff\xfe{}", "byte 0 is not UTF-8"),
        (b"[]", "this is a list"),
        (b"null", "this is null"),
        (b"{}", "landscape is missing"),
        (b'{"landscape": "booth"', "damaged or no JSON: expecting ',' delimiter at line 1, column 22"),
        (b'{"landscape": "booth", "landscape": "beale"}', "'landscape' is given twice"),
        (b'{"landscape": "booth", "start": [NaN, 0]}', "NaN is no number"),
        (b'{"landscape": "booth", "start": [1e999, 0]}', "1e999 is too large"),
        (b'{"landscape": "booth", "seed": ' + b"9" * 5000 + b"}", "is too long"),
        (b'{"landscape": "booth", "seed": 99999999999999999999}', "seed = 99999999999999999999 is not allowed"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'"' + b"x" * files.MOST_BYTES + b'"', "experiments have at most"),
    ],
)  # fmt: skip
def test_what_is_no_experiment_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message.replace("(", r"\(")) as caught:
        files.from_json(data)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_brackets_inside_texts_do_not_count_as_depth() -> None:
    own = {"formula": "x", "domain": {"x": [0, 1]}, "source": "[" * 90 + '\\"{'}
    assert (
        files.from_json(json.dumps({"landscape": own}).encode()).resolve_landscape().source.startswith("[[")
    )


WHOLE = files.to_json(default_experiment())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE) - 3))
def test_a_truncated_file_is_refused(length: int) -> None:
    with pytest.raises(FileError):
        files.from_json(WHOLE[:length])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 7)), min_size=1, max_size=4))
def test_flipped_bits_give_an_experiment_or_one_clear_message(flips: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, bit in flips:
        data[place] ^= 1 << bit
    try:
        found = files.from_json(bytes(data))
    except FileError as error:
        assert 0 < len(str(error)) < 600  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert isinstance(found, Experiment)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PLACES = ("landscape", "racers", "start", "steps", "seed", "view", "racers.0", "racers.0.optimizer", "racers.0.optimizer.lr",
          "racers.0.schedule", "racers.0.source", "racers.0.colour", "appearance", "appearance.camera", "version")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_a_value_of_any_type_is_taken_or_refused_in_one_line(place: str, value: object) -> None:
    fields = json.loads(WHOLE)
    *keys, last = place.split(".")
    here = fields
    for part in keys:
        here = here[int(part)] if isinstance(here, list) else here[part]
    here[int(last) if isinstance(here, list) else last] = value
    try:
        files.read_fields(fields)
    except FileError as error:
        assert "\n" not in str(error)  # noqa: PT017


def test_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.optx"
    with path.open("wb") as file:
        file.truncate(10**9)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match="1,000,000,000 bytes; at most"):
            files.read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10**6


@pytest.mark.skipif(sys.platform == "win32", reason="devices are files on other systems only")
def test_a_device_is_refused_unread() -> None:
    with pytest.raises(FileError, match="a pipe or a device"):
        files.read("/dev/zero")


KILLER = """
import os, random, signal, sys, time
from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
path, experiment = sys.argv[1], default_experiment()
random.seed(3)
seeds = set()
for run in range(100):
    saved, tell = os.pipe()
    child = os.fork()
    if not child:
        for save in range(10_000):
            files.write(path, experiment.model_copy(update={"seed": 10_000 * run + save}))
            os.write(tell, b".")
        os._exit(0)
    # However fast the machine is, some saves are done and another one is under way.
    os.read(saved, 1)
    time.sleep(random.uniform(0, 0.01))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(saved)
    os.close(tell)
    seeds.add(files.read(path).seed)
print(len(seeds))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_process_killed_a_hundred_times_while_saving_leaves_a_whole_file_each_time(tmp_path: Path) -> None:
    path = tmp_path / "race.optx"
    files.write(path, default_experiment())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLER, str(path)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # Each process has saved before it was killed.
    assert int(done.stdout) == 100
    assert [entry.name for entry in tmp_path.iterdir() if not entry.name.startswith(".")] == ["race.optx"]
    files.write(path, default_experiment())
    assert [entry.name for entry in tmp_path.iterdir()] == ["race.optx"]


KILLED = """
import os, signal, sys
from optexplorer import atomic_write
from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
left = int(sys.argv[2])
def count(frame, event, argument):
    global left
    if "atomic_write" in frame.f_code.co_filename or frame.f_code.co_name in ("write", "read"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return count
data = files.to_json(default_experiment().model_copy(update={"seed": 7}))
sys.settrace(count)
atomic_write.write_atomically(sys.argv[1], data)
print("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_process_killed_at_any_line_of_a_save_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "race.optx"
    files.write(path, default_experiment())
    before_and_after = []
    for line in (1, 10, 12, 14, 17, 20, 24, 100):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(line)], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        before_and_after.append(files.read(path).seed)
        files.write(path, default_experiment())
    assert before_and_after[0] == 0
    assert before_and_after[-1] == 7


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "race.optx"
    files.write(path, default_experiment())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "fsync":
        monkeypatch.setattr(atomic_write.os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        files.write(path, default_experiment().model_copy(update={"seed": 7}))
    assert files.read(path) == default_experiment()
    assert [entry.name for entry in tmp_path.iterdir()] == ["race.optx"]


LIMITED = """
import resource, signal, sys
from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write(sys.argv[1], default_experiment().model_copy(update={"seed": 7}))
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_a_write_that_the_system_cuts_short_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "race.optx"
    files.write(path, default_experiment())
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "OSError\n"
    assert files.read(path) == default_experiment()
    assert [entry.name for entry in tmp_path.iterdir()] == ["race.optx"]
