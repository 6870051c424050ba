"""A seeded monkey: does whatever a person could do with the window, at random, and tells what it did.

    python -m tests.gui.monkey                        # ten minutes, as `make soak` does
    python -m tests.gui.monkey --seed 7 --minutes 1   # the operations of this seed again

After every operation nothing may have raised or warned, and no worker may have reported a fault; every few operations
the document is written as a file would be and read back equal; after the first operations memory may grow by no more than `GROWTH`.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import logging
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDesktopServices, QDrag, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QMenu, QWidget
from shiboken6 import isValid

from optexplorer import lessons
from optexplorer.experiment import files, share
from optexplorer.experiment.gallery import entries
from optexplorer.gui.actions.commands import COMMANDS
from optexplorer.gui.app import Application
from optexplorer.gui.desktop.allocator import give_memory_back
from optexplorer.gui.fields.text_field import TextField
from optexplorer.gui.workers.engine_thread import IDLE
from optexplorer.runs.failure import logger
from tests.gui.hands import drag, send_mouse, wheel

WARM_UP = 200
"""Operations after which memory is expected to stay as it is."""
GROWTH = 150.0
"""Megabytes by which it may still grow: caches of trajectories, samples and pictures fill up, each to its own limit."""
CHECKED_EVERY = 5
"""Operations between two times that the document is written and read back."""
TEXTS = (
    "0.01",
    "1e-3",
    "abc",
    "",
    "-5",
    "1e308",
    "０．５",
    "3",
    "99999999",
    "nan",
    "x^2 + y^2",
    "sin(x)*y",
    "<b>1</b>",
)
LOG = "monkey.log"
"""The file that gets every operation before and after it is done."""
KEYS = (
    "Space", "Left", "Right", "Up", "Down", "Home", "End", "Tab", "Shift+Tab", "Return", "Esc", "Backspace", "PgUp",
    "PgDown", "0", "1", "5", ".", "Alt+1", "Alt+3", "Ctrl+Z", "Ctrl+Y", "+", "-", "[", "]", "Shift+Left", "Alt+Up",
)  # fmt: skip
NOT_TRIGGERED = {"quit"}


class MonkeyError(AssertionError):
    """Something went wrong; the message says after which operations."""


class _Faults(logging.Handler):
    """Notes what is logged as an error, but for statements about the input: these are what a person is told."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._problems = problems

    def emit(self, record: logging.LogRecord) -> None:
        failure = getattr(record, "failure", None)
        if failure is None or not failure.expected:
            self._problems.append(self.format(record))


class _Links(QObject):
    """Takes the links that are clicked, in the place of a browser."""

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        pass


class Monkey:
    """Operates one program."""

    def __init__(self, app: Application, seed: int, folder: Path) -> None:
        self.app, self.seed = app, seed
        self.random = random.Random(seed)
        self.done: list[str] = []
        self.grown = 0.0
        """Megabytes by which the memory has grown after the first operations."""
        self.problems: list[str] = []
        self._log = folder / LOG
        self._files = self._make_files(folder)
        self._links = _Links()
        self._playing: list[QWidget] = []
        self._operations: tuple[tuple[int, Callable[[], str]], ...] = (
            (12, self._click),
            (8, self._drag),
            (10, self._press),
            (6, self._turn_wheel),
            (10, self._trigger),
            (8, self._type_number),
            (4, self._choose_from_combo),
            (4, self._menu),
            (3, self._paste),
            (3, self._drop),
            (5, self._lesson),
            (2, self._language),
            (2, self._theme),
            (4, self._resize),
            (5, self._undo_or_redo),
            (2, self._gallery),
            (6, self._wait),
        )

    # Running

    def run(self, operations: int, seconds: float) -> int:
        """Do at most so many operations, in at most so long; return how many were done."""
        end = time.monotonic() + seconds
        memory = None
        with self._watched():
            while len(self.done) < operations and time.monotonic() < end:
                self.step()
                if len(self.done) == WARM_UP:
                    memory = self._memory_at_rest()
            with self._playing_with_dialogs():
                self._settle()
            self._check_document()
            if memory is not None:
                self.grown = self._memory_at_rest() - memory
                if self.grown > GROWTH:
                    self._fail(f"memory grew by {self.grown:.0f} MB after the first {WARM_UP} operations")
        return len(self.done)

    def step(self) -> None:
        """Do one operation."""
        weights, operations = zip(*self._operations, strict=True)
        operation = self.random.choices(operations, weights)[0]
        with self._playing_with_dialogs():
            self.done.append(f"{operation.__name__}: …")
            self._note(f"{len(self.done)}. {operation.__name__}")
            self.done[-1] = f"{operation.__name__.strip('_')}: {operation()}"
            self._note(f"   {self.done[-1]}")
            QApplication.processEvents()
        self._close_popups()
        if len(self.done) % CHECKED_EVERY == 0:
            self._check_document()
        if self.problems:
            self._fail("; ".join(self.problems))

    def _note(self, words: str) -> None:
        """Write to the log, which outlives a crash."""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{words}\n")

    def _fail(self, problem: str) -> None:
        last = "\n".join(f"  {n}. {words}" for n, words in list(enumerate(self.done, 1))[-40:])
        raise MonkeyError(f"seed {self.seed}, operation {len(self.done)}: {problem}\n{last}")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Note every exception, every message of Qt and every fault that is logged as a problem."""

        def on_exception(kind: type[BaseException], error: BaseException, trace: Any) -> None:
            self.problems.append("".join(traceback.format_exception(kind, error, trace)))

        def on_message(kind: QtMsgType, _: object, text: str) -> None:
            if kind == QtMsgType.QtFatalMsg:
                # The process ends here.
                self._note(f"fatal: {text}")
            if kind != QtMsgType.QtDebugMsg:
                stack = [f for f in traceback.extract_stack() if "optexplorer" in f.filename]
                places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(stack[-4:]))
                self.problems.append(f"Qt: {text} ({places})")

        before = sys.excepthook, threading.excepthook
        sys.excepthook = on_exception
        threading.excepthook = lambda told: on_exception(told.exc_type, told.exc_value, told.exc_traceback)  # type: ignore[arg-type]
        qt_before = qInstallMessageHandler(on_message)
        faults = _Faults(self.problems)
        logger.addHandler(faults)
        for scheme in ("http", "https", "mailto"):
            QDesktopServices.setUrlHandler(scheme, self._links, "open")
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook = before
            qInstallMessageHandler(qt_before)
            logger.removeHandler(faults)
            for scheme in ("http", "https", "mailto"):
                QDesktopServices.unsetUrlHandler(scheme)

    def _check_document(self) -> None:
        experiment = self.app.document.experiment
        for shown in {experiment, self.app.store.experiment}:
            try:
                again = files.from_json(files.to_json(shown))
            except files.FileError as error:
                self._fail(f"the document could not be read back: {error}")
            if again != shown:
                self._fail("the document is not read back as it was written")

    def _memory_at_rest(self) -> float:
        """Return the megabytes that are filled when the window shows the same as at other times."""
        with self._playing_with_dialogs():
            self.app.player.close()
            self.app.document.new(entries()[0].experiment)
            self.app.window.resize(1280, 720)
            self._settle()
            # Until the engine has given unused memory back.
            QTest.qWait(round(2000 * IDLE))
        return _megabytes()

    def _settle(self) -> None:
        end = time.monotonic() + 30
        while self.app.playback.growing and time.monotonic() < end:
            QTest.qWait(20)

    # What is there

    def _widgets(self, inside: QWidget) -> list[QWidget]:
        return [
            widget
            for widget in _descendants(inside)
            if widget.isVisible() and widget.isEnabled() and widget.width() > 2 and widget.height() > 2
        ]

    def _widget(self, inside: QWidget) -> QWidget:
        found = self._widgets(inside)
        return self.random.choice(found) if found else inside

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self.random.randrange(max(1, widget.width())), self.random.randrange(max(1, widget.height()))
        )

    @staticmethod
    def _name(widget: QWidget) -> str:
        return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()!r}"

    # Operations; each returns in words what it did

    def _click(self, inside: QWidget | None = None) -> str:
        widget = self._widget(inside or self.app.window)
        place = self._place(widget)
        button = self.random.choice([Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton])
        words = f"{self._name(widget)} at {place.toTuple()} with {button.name}"
        self.done[-1] = f"click: {words}"
        kinds = [QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease]
        if self.random.random() < 0.15:
            kinds += [QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease]
        for kind in kinds:
            if isValid(widget):
                send_mouse(widget, kind, place, button)
        return words

    def _drag(self) -> str:
        widget = self._widget(self.app.window)
        places = [self._place(widget) for _ in range(self.random.randrange(2, 6))]
        modifiers = self.random.choice(
            [Qt.KeyboardModifier.NoModifier] * 3 + [Qt.KeyboardModifier.ShiftModifier]
        )
        self.done[-1] = f"drag: {self._name(widget)} {[p.toTuple() for p in places]} {modifiers.name}"
        drag(widget, places, modifiers=modifiers, between=QApplication.processEvents)
        return self.done[-1].removeprefix("drag: ")

    def _press(self) -> str:
        target = QApplication.focusWidget() or self.app.window
        keys = [self.random.choice(KEYS) for _ in range(self.random.randrange(1, 4))]
        self.done[-1] = f"press: {keys} in {self._name(target)}"
        for key in keys:
            combination = QKeySequence(key)[0]
            widget = QApplication.focusWidget() or self.app.window
            QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())
        return self.done[-1].removeprefix("press: ")

    def _turn_wheel(self) -> str:
        widget = self._widget(self.app.window)
        notches = self.random.choice([-360, -120, 120, 360])
        words = f"{notches} over {self._name(widget)}"
        wheel(widget, self._place(widget), notches)
        return words

    def _trigger(self) -> str:
        command = self.random.choice([command for command in COMMANDS if command.id not in NOT_TRIGGERED])
        self.done[-1] = f"trigger: {command.id}"
        action = self.app.window._actions[command.id]
        if action.isEnabled():
            action.trigger()
        return command.id

    def _type_number(self, inside: QWidget | None = None) -> str:
        kinds = (TextField,) if inside is None else (TextField, QLineEdit)
        fields = [f for f in self._widgets(inside or self.app.window) if isinstance(f, kinds)]
        if not fields:
            return "nowhere"
        field, text, enter = self.random.choice(fields), self.random.choice(TEXTS), self.random.random() < 0.5
        words = f"{text!r} into {self._name(field)}{' and Enter' if enter else ''}"
        field.setFocus()
        assert isinstance(field, QLineEdit)
        if isValid(field):
            field.selectAll()
        # Not all are letters that QTest knows.
        for letter in text:
            press = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
            if isValid(field):
                QApplication.sendEvent(field, press)
        if enter and isValid(field):
            QTest.keyClick(field, Qt.Key.Key_Return)
        return words

    def _choose_from_combo(self, inside: QWidget | None = None) -> str:
        boxes = [b for b in self._widgets(inside or self.app.window) if isinstance(b, QComboBox)]
        if not boxes:
            return "nowhere"
        box = self.random.choice(boxes)
        keys = self.random.choice(["a", "g", "m", "End", "Home", "Down", "Up"])
        words = f"{keys} in {self._name(box)}"
        box.setFocus()
        if isValid(box):
            QTest.keyClick(box, QKeySequence(keys)[0].key())
        return words

    def _menu(self) -> str:
        menus = [menu for menu in _descendants(self.app.window) if isinstance(menu, QMenu)]
        menu = self.random.choice(menus)
        menu.aboutToShow.emit()
        quit = self.app.window._actions["quit"]
        actions = [a for a in menu.actions() if a.isEnabled() and a is not quit and a.menu() is None]
        if not actions:
            return f"{menu.title()!r} is empty"
        action = self.random.choice(actions)
        self.done[-1] = f"menu: {menu.title()!r} → {action.text()!r}"
        action.trigger()
        return self.done[-1].removeprefix("menu: ")

    def _data(self) -> tuple[QMimeData, str]:
        data, kind = QMimeData(), self.random.choice(["experiment", "text", "file"])
        if kind == "experiment":
            data.setText(share.to_text(self.random.choice(entries()).experiment))
        elif kind == "text":
            data.setText(self.random.choice(TEXTS))
        else:
            path = self.random.choice(self._files)
            data.setUrls([QUrl.fromLocalFile(str(path))])
            kind = path.name
        return data, kind

    def _paste(self) -> str:
        data, kind = self._data()
        QGuiApplication.clipboard().setMimeData(data)
        self.app.window._actions["paste-experiment"].trigger()
        return kind

    def _drop(self) -> str:
        data, kind = self._data()
        window = self.app.window
        event = QDropEvent(
            QPointF(self._place(window)),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(window, event)
        return kind

    def _lesson(self) -> str:
        player = self.app.player
        if player.lesson is None:
            id = self.random.choice(lessons.ids())
            language = self.random.choice(["en", "ja"])
            player.open(lessons.file_of(id, language))  # type: ignore[arg-type]
            return f"{id} {language}"
        what = self.random.choice(["next"] * 4 + ["back"] * 2 + ["resume", "choose", "close"])
        if what == "choose":
            player.choose(1)
        else:
            getattr(player, what)()
        return what

    def _language(self) -> str:
        language = self.random.choice(["en", "ja", "system"])
        self.app.choose_language(language)  # type: ignore[arg-type]
        return language

    def _theme(self) -> str:
        theme = self.random.choice(["light", "dark", "system"])
        self.app.choose_theme(theme)  # type: ignore[arg-type]
        return theme

    def _resize(self) -> str:
        window = self.app.window
        if self.random.random() < 0.5:
            size = self.random.choice([(1280, 720), (400, 300), (1920, 1080), (900, 1000)])
            window.resize(*size)
            return f"window {size}"
        widget = self._widget(window.workspace)
        size = self.random.choice([(0, 0), (1, 300), (300, 1), (39, 39), (41, 41)])
        words = f"{self._name(widget)} {size}"
        widget.resize(*size)
        QApplication.processEvents()
        return words

    def _undo_or_redo(self) -> str:
        what = self.random.choice(["undo", "undo", "redo"])
        getattr(self.app.store, what)()
        return what

    def _gallery(self) -> str:
        entry = self.random.choice(entries())
        self.app.document.new(entry.experiment)
        return entry.id

    def _wait(self) -> str:
        milliseconds = self.random.choice([1, 20, 100, 300])
        QTest.qWait(milliseconds)
        return f"{milliseconds} ms"

    # Dialogs and popups

    @contextmanager
    def _playing_with_dialogs(self) -> Iterator[None]:
        """Play with whatever dialog opens meanwhile, and close it: who opens it waits in it until then."""
        watcher = QTimer()
        watcher.timeout.connect(self._play_with_dialog)
        watcher.start(30)
        try:
            yield
        finally:
            watcher.stop()

    def _play_with_dialog(self) -> None:
        # Selected text that is dragged elsewhere waits for a real mouse to let go.
        QDrag.cancel()
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            self._close_popups()
            return
        if dialog in self._playing:
            return
        if isinstance(dialog, QFileDialog) or len(self._playing) > 1:
            dialog.close()
            return
        self._playing.append(dialog)
        # What is done here may open another dialog and wait in it, and a timer does not fire within its own slot.
        watcher = QTimer()
        watcher.timeout.connect(self._play_with_dialog)
        watcher.start(30)
        try:
            name = self._name(dialog)
            for _ in range(self.random.randrange(4)):
                if not isValid(dialog) or not dialog.isVisible():
                    return
                what = self.random.choice(
                    [self._type_number, self._choose_from_combo, self._language, self._theme]
                )
                words = what(dialog) if what in (self._type_number, self._choose_from_combo) else what()  # type: ignore[call-arg]
                self.done[-1] += f" [in {name}: {words}]"
            if isValid(dialog) and dialog.isVisible():
                dialog.close()
        finally:
            watcher.stop()
            self._playing.remove(dialog)

    @staticmethod
    def _close_popups() -> None:
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def _make_files(self, folder: Path) -> list[Path]:
        contents = {
            "good.optx": files.to_json(entries()[0].experiment),
            "damaged.optx": b'{"experiment": {"landscape": "beale"}}',
            "wrong.json": b"[1, 2",
            "picture.png": b"\x89PNG\r\n\x1a\n",
            "<b>name.optx": files.to_json(entries()[1].experiment),
        }
        for name, data in contents.items():
            (folder / name).write_bytes(data)
        return [folder / name for name in contents] + [folder / "gone.optx", folder]


def _descendants(widget: QWidget) -> Iterator[QWidget]:
    """Return all widgets within `widget`.

    `findChildren` would do, but it makes PySide keep what it has found for as long as `widget` lives.
    """
    for child in widget.children():
        if isinstance(child, QWidget) and isValid(child):
            yield child
            yield from _descendants(child)


def _threads() -> set[str]:
    """Return the names of the threads that Python has started; those of Qt's pools end by themselves."""
    return {t.name for t in threading.enumerate() if not t.name.startswith("Dummy")}


def _megabytes() -> float:
    """Return the memory that this process itself fills, garbage collected; 0 where that cannot be told.

    Pages of libraries and fonts are not counted: the system drops them when it needs the room.
    """
    gc.collect()
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")) / 1000


def main() -> int:
    """Let the monkey play for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--operations", type=int, default=10**9)
    asked = parser.parse_args()
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="monkey-") as home:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(home) / kind.lower())
        give_memory_back()
        application = QApplication(sys.argv[:1])
        application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        before = _threads()
        app = Application(application)
        app.open()
        monkey = Monkey(app, asked.seed, Path(home))
        print(f"seed {asked.seed}; log: {Path(home) / LOG}", flush=True)
        try:
            count = monkey.run(asked.operations, 60 * asked.minutes)
        except MonkeyError as failure:
            print(failure)
            os._exit(1)
        app.close()
        threads = _threads() - before
    print(
        f"{count} operations, memory grew by {monkey.grown:.0f} MB to {_megabytes():.0f} MB, "
        f"threads left: {threads or 'none'}"
    )
    return bool(threads)


if __name__ == "__main__":
    sys.exit(main())
