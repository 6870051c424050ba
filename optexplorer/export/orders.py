"""Orders for pictures and films, carried out one after the other or several at once."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.encoders import FilmKind
from optexplorer.export.figure import Figure
from optexplorer.export.film import Act, Film, Motion
from optexplorer.export.film_writer import write_film
from optexplorer.export.metadata import Kind
from optexplorer.export.picture import Sheet, picture
from optexplorer.export.style import Style
from optexplorer.scene.computed import compute
from optexplorer.whole_file import write_whole


class Order(Protocol):
    """What is to be made: it knows where to, and how to write it to another place first."""

    @property
    def path(self) -> Path:
        """Where it is to be in the end."""

    @property
    def makes_folder(self) -> bool:
        """Whether it is a folder of files."""

    def fulfil(self, path: Path) -> None:
        """Make it, whole or not at all, at `path`."""


@dataclass(frozen=True)
class PictureOrder:
    """A picture of an experiment at `playhead` (None: at its end)."""

    path: Path
    kind: Kind
    experiment: Experiment
    figure: Figure
    sheet: Sheet
    style: Style
    playhead: int | None = None
    with_metadata: bool = True
    makes_folder: bool = field(default=False, init=False)

    def fulfil(self, path: Path) -> None:
        scene = compute(self.experiment).scene(self.playhead)
        document = self.experiment if self.with_metadata else None
        write_whole(path, picture(scene, self.figure, self.sheet, self.style, self.kind, document))


@dataclass(frozen=True)
class Sequel:
    """One descent of a film."""

    experiment: Experiment
    figure: Figure
    motion: Motion


@dataclass(frozen=True)
class FilmOrder:
    """A film of one descent or of several; the sheet's scale makes its frames finer."""

    path: Path
    kind: FilmKind
    sequels: tuple[Sequel, ...]
    sheet: Sheet
    fps: float
    style: Style

    @property
    def makes_folder(self) -> bool:
        return self.kind == "frames"

    def fulfil(self, path: Path) -> None:
        write_film(self.film(), path, self.kind)

    def film(self) -> Film:
        """Compute what the film shows.

        Raises
        ------
        ValueError
            If there can be no such film.
        """
        acts = tuple(Act(compute(part.experiment), part.figure, part.motion) for part in self.sequels)
        scale, fps = self.sheet.scale, Fraction(self.fps).limit_denominator(1001)
        size = round(self.sheet.width * scale), round(self.sheet.height * scale)
        return Film(acts, *size, fps, replace(self.style, text_size=self.style.text_size * scale))


def carry_out(orders: Sequence[Order], done: Callable[[Order], None] = lambda order: None) -> None:
    """Fulfil all orders, on all cores if there are several; all files appear, or none.

    Parameters
    ----------
    done : is called after each order is fulfilled, in the order given

    Raises
    ------
    ValueError, OSError
        What the first order that failed has raised.
    """
    if len(orders) == 1:
        with drawing():
            orders[0].fulfil(orders[0].path)
        done(orders[0])
        return
    for order in orders:
        _check(order)
    staged = [order.path.with_name(f".{secrets.token_hex(6)}-{order.path.name[:100]}") for order in orders]
    workers = min(len(orders), os.cpu_count() or 1)
    try:
        # A fork would take half of Qt along; new processes start clean.
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            running = [pool.submit(_fulfil, *pair) for pair in zip(orders, staged, strict=True)]
            try:
                for order, future in zip(orders, running, strict=True):
                    future.result()
                    done(order)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        for order, path in zip(orders, staged, strict=True):
            path.replace(order.path)
    finally:
        for path in staged:
            if path.is_dir():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)


def _fulfil(order: Order, path: Path) -> None:
    with drawing():
        order.fulfil(path)


@contextmanager
def drawing() -> Iterator[None]:
    """Let Qt paint text and pictures, whether or not there is an application."""
    application = QGuiApplication.instance() or QGuiApplication([])
    yield
    del application


def _check(order: Order) -> None:
    """Raise OSError where `order` could not be put into its place."""
    path = order.path
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(path))
    if path.is_dir() and not (order.makes_folder and not any(path.iterdir())):
        raise IsADirectoryError(21, os.strerror(21), str(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))
