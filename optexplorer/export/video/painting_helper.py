"""Another process that paints frames, as seen from the one that asks for them.

Painting holds Python's interpreter lock, so a second thread would paint nothing more. The process is started by its
module's name: `multiprocessing` would run the user's own script once more.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage

from optexplorer.export.video.painting_task import (
    FRAMES_FILE,
    READY,
    TASK_FILE,
    PaintingTask,
)

MOST_HELPERS = 3
LAST_WAIT = 5.0
"""Seconds that the end waits for the process to be gone."""


class HelperError(Exception):
    """A helper that paints no more; why, in one line."""


def useful_helpers() -> int:
    """Return how many helpers can paint beside this process; none where no Python can be started by its name.

    A process that was itself started to share the work has none.
    """
    if getattr(sys, "frozen", False) or not sys.executable or multiprocessing.parent_process() is not None:
        return 0
    return min((os.cpu_count() or 1) - 1, MOST_HELPERS)


class PaintingHelper:
    """A process that paints frames of `task`; it has memory for `places` of them, which both processes see.

    Frames whose numbers differ by `places` share their place.

    Raises
    ------
    OSError
        If it cannot be started.
    """

    def __init__(self, task: PaintingTask, places: int) -> None:
        self._size = 4 * task.width * task.height
        self._width, self._height = task.width, task.height
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.ready = False
        """Whether frames can be asked for."""
        self._folder = tempfile.TemporaryDirectory(prefix="optexplorer-", ignore_cleanup_errors=True)
        try:
            folder = Path(self._folder.name)
            (folder / TASK_FILE).write_text(task.to_json(), "utf-8")
            with (folder / FRAMES_FILE).open("w+b") as file:
                file.truncate(places * self._size)
                self._frames = mmap.mmap(file.fileno(), 0)
            self.process = _started(folder)
        except BaseException:
            self._folder.cleanup()
            raise
        self._reader = threading.Thread(target=self._read, name="painting helper", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as answers:
            for line in answers:
                self._answers.put(line.strip())
        self._answers.put(None)

    def ask(self, number: int) -> None:
        """Let a frame be painted.

        Raises
        ------
        HelperError
            If the process has ended.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{number}\n")
            self.process.stdin.flush()
        except OSError as error:
            raise HelperError(str(error)) from error

    def painted(self, timeout: float = 0.0) -> int | None:
        """Return the number of the next frame that has been painted; None if there is none yet.

        Parameters
        ----------
        timeout : seconds to wait for it; where the helper was not `ready`, until it is

        Raises
        ------
        HelperError
            If the process has ended, or says that it cannot paint these frames.
        """
        try:
            answer = self._answers.get(timeout > 0, timeout or None)
        except queue.Empty:
            return None
        if answer is None:
            raise HelperError("the process has ended")
        if answer == READY and not self.ready:
            self.ready = True
            # The process has opened what it needs. Windows removes no open files, but does so at the end.
            self._folder.cleanup()
            return None
        if not self.ready or not answer.isdecimal():
            raise HelperError(answer)
        return int(answer)

    def image(self, number: int, form: QImage.Format) -> QImage:
        """Return a frame that has been painted, an image of its own."""
        begin = number * self._size % len(self._frames)
        with memoryview(self._frames)[begin : begin + self._size] as data:
            return QImage(data, self._width, self._height, 4 * self._width, form).copy()

    def end(self) -> None:
        """End the process at once; nothing of it stays."""
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(LAST_WAIT)
        self._reader.join(LAST_WAIT)
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        self._frames.close()
        self._folder.cleanup()


def _started(folder: Path) -> subprocess.Popen[str]:
    """Start a painting process that finds its modules where this one does, and needs no screen."""
    places = [place or str(Path.cwd()) for place in sys.path]
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join(places),
        "PYTHONSAFEPATH": "1",
    }
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    if ratio != 1.0:
        # Where a screen is scaled, Qt places letters between pixels, in pictures too.
        environment["QT_SCALE_FACTOR"] = str(ratio)
    return subprocess.Popen(
        [sys.executable, "-m", "optexplorer.export.video.painting_process", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
