"""Files are written whole or not at all, whatever the folder, the name and the links are like."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer import atomic_write
from optexplorer.atomic_write import replacing, write_atomically

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX systems")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@given(data=st.binary(max_size=300))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    write_atomically(path, b"before")
    write_atomically(path, data)
    assert path.read_bytes() == data
    assert names(path.parent) == ["file"]


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"before")
    monkeypatch.setattr(atomic_write.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "file", b"after")
    assert (tmp_path / "file").read_bytes() == b"before"
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
@pytest.mark.parametrize("failing", ["open", "fsync"])
def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    usual = {name: getattr(os, name) for name in ("open", "fsync")}

    def refuse(place: object, *rest: object) -> object:
        folder = Path(f"/proc/self/fd/{place}").readlink() if isinstance(place, int) else Path(str(place))
        if folder == tmp_path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return usual[failing](place, *rest)

    monkeypatch.setattr(atomic_write.os, failing, refuse)
    write_atomically(tmp_path / "file", b"after")
    assert (tmp_path / "file").read_bytes() == b"after"


@pytest.mark.parametrize("name", ["あ" * 79 + ".csv", "あ" * 83 + ".opt", "x" * 255, "😀" * 63])
def test_any_name_that_the_system_allows(tmp_path: Path, name: str) -> None:
    write_atomically(tmp_path / name, b"first")
    write_atomically(tmp_path / name, b"second")
    assert (tmp_path / name).read_bytes() == b"second"
    assert names(tmp_path) == [name]


@POSIX
def test_a_loop_of_links_is_an_error_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="symbolic links") as failure:
        write_atomically(tmp_path / "a", b"x")
    assert failure.value.errno == errno.ELOOP


@POSIX
def test_links_stay_links(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a longer text than the new one")
    os.link(tmp_path / "file", tmp_path / "hard")
    (tmp_path / "soft").symlink_to("file")
    write_atomically(tmp_path / "soft", b"new")
    assert (tmp_path / "soft").is_symlink()
    assert [(tmp_path / name).read_bytes() for name in ("file", "hard", "soft")] == [b"new"] * 3
    assert (tmp_path / "file").samefile(tmp_path / "hard")


@POSIX
def test_a_file_of_two_names_gets_its_contents_back_if_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"before")
    os.link(tmp_path / "file", tmp_path / "hard")
    usual, failures = os.fsync, iter([False, True])

    def full_once(handle: int) -> None:
        full() if next(failures, False) else usual(handle)

    monkeypatch.setattr(atomic_write.os, "fsync", full_once)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "file", b"what is new and longer")
    assert (tmp_path / "hard").read_bytes() == b"before"


@POSIX
def test_the_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"before")
    (tmp_path / "file").chmod(0o640)
    write_atomically(tmp_path / "file", b"after")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


KILLED = """
import os, signal, sys
from optexplorer.atomic_write import replacing
with replacing(sys.argv[1]) as temporary:
    temporary.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@POSIX
def test_what_a_killed_writer_leaves_goes_with_the_next_write(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"before"
    assert len(names(tmp_path)) == 2
    write_atomically(tmp_path / "other", b"x")
    assert names(tmp_path) == ["file", "other"]


def test_the_temporary_files_of_others_stay(tmp_path: Path) -> None:
    with replacing(tmp_path / "first") as temporary:
        temporary.write_bytes(b"half")
        elsewhere = tmp_path / temporary.name.replace(atomic_write._HOST, "00000000")
        elsewhere.write_bytes(b"of another machine")
        (tmp_path / ".optexplorer-notes.tmp").write_bytes(b"a name of the user's own")
        write_atomically(tmp_path / "second", b"x")
        assert temporary.exists()
    assert names(tmp_path) == sorted([".optexplorer-notes.tmp", elsewhere.name, "first", "second"])
    os.utime(elsewhere, (0, 0))
    write_atomically(tmp_path / "second", b"x")
    assert elsewhere.name not in names(tmp_path)


def test_a_folder_takes_the_place_of_an_empty_one_only(tmp_path: Path) -> None:
    for name in ("empty", "taken"):
        (tmp_path / name).mkdir()
    (tmp_path / "taken" / "mine").write_bytes(b"")

    def write(name: str) -> None:
        with replacing(tmp_path / name) as temporary:
            temporary.mkdir()
            (temporary / "frame").write_bytes(b"x")

    write("empty")
    assert names(tmp_path / "empty") == ["frame"]
    with pytest.raises(OSError, match="not empty"):
        write("taken")
    assert names(tmp_path / "taken") == ["mine"]
    assert names(tmp_path) == ["empty", "taken"]


@POSIX
def test_devices_are_written_to_and_not_replaced() -> None:
    before = Path("/dev/null").stat()
    write_atomically("/dev/null", b"x")
    assert Path("/dev/null").stat().st_rdev == before.st_rdev


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs names of open files")
def test_a_pipe_is_written_to_by_the_name_that_the_system_gives_it() -> None:
    reading, writing = os.pipe()
    try:
        write_atomically(f"/dev/fd/{writing}", b"abc")
        assert os.read(reading, 9) == b"abc"
    finally:
        os.close(reading)
        os.close(writing)
