"""Small pictures of experiments, made one after the other off the GUI thread and kept between launches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QStandardPaths, QThreadPool, Signal
from PySide6.QtGui import QImage

from optexplorer import __version__
from optexplorer.atomic_write import write_atomically
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import experiment_in
from optexplorer.export.pictures import png, render
from optexplorer.painting.figure import Part
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute

TEXT_SIZE = 9.0
MOST_KEPT = 400
"""Pictures that the folder may hold; it is emptied when there are more."""


@dataclass(frozen=True)
class Wanted:
    """A picture of `width` × `height` units of an experiment, or of what a file holds (None: the usual view)."""

    key: str
    source: Experiment | Path
    view: Part | None
    playhead: int | None
    width: int
    height: int
    ratio: float
    style: Style

    def file(self, experiment: Experiment) -> Path:
        """Return where it is kept."""
        cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
        told = f"{self.view} {self.playhead} {self.width} {self.height} {self.ratio} {self.style}"
        name = hashlib.sha256(f"{__version__} {told} {experiment.model_dump_json()}".encode()).hexdigest()
        return Path(cache) / "optexplorer" / "thumbnails" / f"{name[:40]}.png"

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
        computed = compute(experiment, should_stop)
        dimension = computed.samples.landscape.dimension
        view = self.view or ("curve" if dimension == 1 else "map")
        scene = computed.scene(self.playhead)
        image = render(scene, view, self.width, self.height, self.ratio, self.style)
        if not should_stop():
            _keep(file, png(image))
        return image


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
    """Makes the pictures that are asked for in their order; those that cannot be made never come."""

    made = Signal(str, QImage)
    """The key of a picture, and the picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopped = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def ask(self, wanted: Wanted) -> None:
        """Have a picture made; `made` follows."""
        self._pool.start(_Task(wanted, self))

    def clear(self) -> None:
        """Drop the pictures that have been asked for but not begun."""
        self._pool.clear()

    def stop(self) -> None:
        """Make no more pictures, and wait until none is being made."""
        self._stopped = True
        self._pool.clear()
        self._pool.waitForDone()

    def is_stopped(self) -> bool:
        """Whether no more pictures are wanted."""
        return self._stopped


class _Task(QRunnable):
    def __init__(self, wanted: Wanted, maker: Thumbnails) -> None:
        super().__init__()
        self._wanted, self._maker = wanted, maker

    def run(self) -> Any:
        try:
            image = self._wanted.image(self._maker.is_stopped)
        except (OSError, ValueError, ArithmeticError, MemoryError):
            return
        if not self._maker.is_stopped():
            self._maker.made.emit(self._wanted.key, image)
