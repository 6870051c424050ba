"""Small pictures of experiments, made one after the other off the GUI thread and kept between launches."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from optexplorer.atomic_write import write_atomically
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import experiment_in
from optexplorer.export.pictures import png, render
from optexplorer.painting.figure import OF_LANDSCAPE, Figure, FigurePart, figure_appearance, usual_part
from optexplorer.painting.style import Style
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.scene.computed import compute
from optexplorer.user_folders import cache_folder
from optexplorer.version import __version__

TEXT_SIZE = 9.0
MOST_KEPT = 400
"""Pictures that the folder may hold; it is emptied when there are more."""


@dataclass(frozen=True)
class Wanted:
    """A picture of `width` × `height` units of an experiment, or of what a file holds (None: the usual view)."""

    key: str
    source: Experiment | Path
    view: FigurePart | None
    playhead: int | None
    width: int
    height: int
    ratio: float
    style: Style

    def file(self, experiment: Experiment) -> Path:
        """Return where it is kept."""
        told = f"{self.view} {self.playhead} {self.width} {self.height} {self.ratio} {self.style}"
        name = hashlib.sha256(f"{__version__} {told} {experiment.model_dump_json()}".encode()).hexdigest()
        return cache_folder() / "thumbnails" / f"{name[:40]}.png"

    def image(self, should_stop: Callable[[], bool]) -> QImage:
        """Return the picture: the kept one, or a new one.

        Raises
        ------
        OSError, ValueError
            If the file cannot be read, or holds no experiment that can be drawn.
        """
        experiment = experiment_in(self.source) if isinstance(self.source, Path) else self.source
        file = self.file(experiment)
        kept = QImage(str(file)) if file.exists() else QImage()
        if not kept.isNull():
            return kept
        computed = compute(self._with_what_is_seen(experiment), should_stop)
        view = self.view or usual_part(computed.picture)
        appearance = figure_appearance(Figure((view,)), computed.experiment.appearance)
        scene = computed.scene(self.playhead, appearance)
        image = render(scene, view, self.width, self.height, self.ratio, self.style)
        if not should_stop():
            _keep(file, png(image))
        return image

    def _with_what_is_seen(self, experiment: Experiment) -> Experiment:
        """Return the experiment without its plane where the picture shows no landscape: to sample it takes seconds."""
        if self.view is None or self.view in OF_LANDSCAPE:
            return experiment
        return experiment.evolve(view=experiment.view.evolve(plane=None, window=None, interval=None))


def _keep(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        others = list(file.parent.glob("*.png"))
        if len(others) >= MOST_KEPT:
            for other in others:
                other.unlink(missing_ok=True)
        write_atomically(file, data)
    except OSError:
        # Without a place to keep it, it is made anew the next time.
        return


class Thumbnails(QObject):
    """Makes the pictures that are asked for in their order; those that cannot be made are logged and never come."""

    made = Signal(str, QImage)
    """The key of a picture, and the picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopped = threading.Event()
        self._waiting: queue.SimpleQueue[Wanted] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._working = False
        self._messenger = _Messenger()
        self._messenger.made.connect(self.made)

    def ask(self, wanted: Wanted) -> None:
        """Have a picture made; `made` follows."""
        self._waiting.put(wanted)
        with self._lock:
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, name="thumbnails", daemon=True).start()

    def clear(self) -> None:
        """Drop the pictures that have been asked for but not begun."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()

    def stop(self) -> None:
        """Make no more pictures. Waits for nothing: the one under way is dropped."""
        self._stopped.set()

    def _work(self) -> None:
        # Not through self: Qt may delete this object meanwhile.
        stopped, messenger = self._stopped, self._messenger
        while not stopped.is_set():
            with self._lock:
                try:
                    wanted = self._waiting.get_nowait()
                except queue.Empty:
                    self._working = False
                    return
            try:
                image = wanted.image(stopped.is_set)
            except Exception as error:  # noqa: BLE001 - logged
                failure = failure_of(error, "thumbnail")
                log_failure(failure, logging.WARNING if failure.expected else logging.ERROR)
                continue
            if not stopped.is_set():
                messenger.made.emit(wanted.key, image)


class _Messenger(QObject):
    """Carries pictures to the GUI thread. Has no parent: it lives as long as the thread that emits from it."""

    made = Signal(str, QImage)
