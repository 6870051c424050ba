"""How long single actions keep the window from its events: what the GUI thread does at one go, painting included.

    python tests/benchmarks/gui_blocks.py [group …] [--stacks]

A timer beats in the event loop of the real program; the longest time between two beats is what an action blocks.
Milliseconds of the clock hold what other programs and threads take meanwhile; beside them stands the processor time of
the GUI thread. `--stacks` also tells where the thread was during the long ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import displays

LIMIT = 150.0
"""Milliseconds that no action may block."""
WORST = 10
SHORT = 0.02
"""Seconds between two beats that are not worth noting."""
QUIET = 0.35
"""Seconds that a person waits at least after an action."""
PATIENCE = 15.0
"""Seconds after which an action counts as over though something is still computed."""
RUNS = 2
TIMES = 2
"""Of every action; the first of them holds what is imported and drawn for the first time."""


class Action(NamedTuple):
    """Something a person does."""

    name: str
    do: Callable[[], object]


class Block(NamedTuple):
    """How long an action kept the event loop waiting, in milliseconds, and of these on the processor."""

    wall: float
    processor: float
    name: str
    stacks: list[str]


class StackSampler(threading.Thread):
    """Notes where a thread is whenever its beat has been missing for a while."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.target = threading.get_ident()
        self.beaten = time.monotonic()
        self.stacks: list[str] = []

    def run(self) -> None:
        while True:
            time.sleep(0.01)
            if time.monotonic() - self.beaten > 0.04 and (frame := sys._current_frames().get(self.target)):
                frames = traceback.extract_stack(frame)[3:]
                self.stacks.append(
                    " < ".join(
                        f"{f.filename.split('/')[-1]}:{f.lineno} {f.name}" for f in reversed(frames[-14:])
                    )
                )


STANDSTILL = 0.1
"""Seconds for which a process that only sleeps must have been away to count as one."""
SLEEPER = f"""
import os, time
last, parent = time.monotonic(), os.getppid()
while os.getppid() == parent:
    time.sleep(0.01)
    now = time.monotonic()
    if now - last > {STANDSTILL}:
        print(last, now, flush=True)
    last = now
"""


class Standstills(threading.Thread):
    """Notes when the machine stood still or left no processor to anyone, as another process saw it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._process = subprocess.Popen(
            [sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._times: list[tuple[float, float]] = []
        self.start()

    def run(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            begin, end = map(float, line.split())
            self._times.append((begin, end))

    def within(self, begin: float, end: float) -> float:
        """Return for how many seconds of a time the machine stood still."""
        return sum(max(0.0, min(end, e) - max(begin, b)) for b, e in self._times)

    def end(self) -> None:
        self._process.kill()


class Gap(NamedTuple):
    """A time between two beats, in seconds."""

    begin: float
    end: float
    processor: float


class Session:
    """The program in its window, and the measuring of what is done with it."""

    def __init__(self, stacks: bool) -> None:
        from PySide6.QtCore import QEventLoop, Qt, QTimer
        from PySide6.QtWidgets import QApplication

        from optexplorer.gui.app import Application
        from optexplorer.gui.views.surface_view import SurfaceView

        # A driver without a graphics card draws on the processor what elsewhere costs the GUI thread nothing.
        SurfaceView._make_canvas = lambda self: None  # type: ignore[method-assign]
        home = tempfile.mkdtemp()
        os.environ.update({f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE", "CACHE")})
        self.qt = QApplication(sys.argv[:1])
        self.qt.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        self.app = Application(self.qt)
        self.window = self.app.window
        self.window.resize(1600, 900)
        self.sampler = StackSampler() if stacks else None
        if self.sampler is not None:
            self.sampler.start()
        self._standstills = Standstills()
        self._done: list[tuple[str, list[Gap], list[str]]] = []
        self._loop = QEventLoop()
        self._queue: list[Action] = []
        self._name = ""
        self._since = self._beaten = self._busy_since = 0.0
        self._processor = time.thread_time()
        self._gaps: list[Gap] = []
        self._played: list[Any] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Open the window and wait until its race is computed."""
        self.app.open()
        self.perform([Action("start", lambda: None)])
        self._done.clear()

    def end(self) -> None:
        """Close the window."""
        self.app.close()
        self._standstills.end()

    def perform(self, actions: list[Action]) -> None:
        """Do one action after the other, each within the event loop, and note how long it blocks."""
        self._queue = list(actions)
        self._timer.start()
        self._next()
        self._loop.exec()
        self._timer.stop()

    def _next(self) -> None:
        from PySide6.QtCore import QTimer

        if self._name:
            stacks = self.sampler.stacks if self.sampler is not None else []
            self._done.append((self._name, self._gaps, list(stacks)))
        if not self._queue:
            self._name = ""
            self._loop.quit()
            return
        action = self._queue.pop(0)
        self._name, self._gaps = action.name, []
        if self.sampler is not None:
            self.sampler.stacks.clear()
        self._since = self._beaten = time.monotonic()
        self._processor = time.thread_time()
        QTimer.singleShot(0, action.do)

    def _beat(self) -> None:
        now, processor = time.monotonic(), time.thread_time()
        if now - self._beaten > SHORT:
            self._gaps.append(Gap(self._beaten, now, processor - self._processor))
        self._beaten, self._processor = now, processor
        if self.sampler is not None:
            self.sampler.beaten = now
        if not self._is_settled(now):
            return
        dialog = self.qt.activeModalWidget() or self.qt.activePopupWidget()
        if dialog is not None and dialog not in self._played:
            self._played.append(dialog)
            title = dialog.windowTitle() or type(dialog).__name__
            closing = Action(f"{title}: close", dialog.close)
            self._queue = [*dialog_actions(dialog, title), closing, *self._queue]
        self._next()
        self._beaten, self._processor = time.monotonic(), time.thread_time()

    def blocks(self) -> list[Block]:
        """Return how long each action has blocked, in their order."""
        found = []
        for name, gaps, stacks in self._done:
            walls = [(g.end - g.begin - self._standstills.within(g.begin, g.end), g.processor) for g in gaps]
            wall, processor = max(walls, default=(0.0, 0.0))
            found.append(Block(1000 * wall, 1000 * processor, name, stacks))
        return found

    def _is_settled(self, now: float) -> bool:
        passed = now - self._since
        if passed > PATIENCE:
            return True
        return passed > QUIET and not self.window.scene_controller.is_computing


def dialog_actions(dialog: Any, title: str) -> Iterator[Action]:
    """Return what can be chosen and switched in a dialog."""
    from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog
    from shiboken6 import isValid

    if isinstance(dialog, QFileDialog):
        return
    for box in dialog.findChildren(QComboBox):
        for number in range(box.count()):

            def choose(box: Any = box, number: int = number) -> None:
                if isValid(box):
                    box.setCurrentIndex(number)
                    box.activated.emit(number)

            yield Action(f"{title}: {box.accessibleName()} = {box.itemText(number)}", choose)
    for check in dialog.findChildren(QCheckBox):
        for _ in range(2):
            yield Action(f"{title}: {check.text()}", check.click)


# What a person does


def landscapes(session: Session) -> Iterator[Action]:
    from optexplorer.engine import landscapes

    for id in landscapes.catalogue_ids():
        yield Action(f"landscape {id}", lambda id=id: session.window.panel.landscape.landscapeChosen.emit(id))


COMMANDS_LEFT_OUT = {"quit", "sound"}
"""The program would end, or needs a sound card."""


def commands(session: Session) -> Iterator[Action]:
    from optexplorer.gui.actions.commands import COMMANDS

    for command in COMMANDS:
        if command.id in COMMANDS_LEFT_OUT:
            continue
        action = session.window._actions[command.id]
        for on in (True, False) if command.checkable else (True,):
            words = f"{command.id}{'' if not command.checkable else ' on' if on else ' off'}"
            yield Action(words, action.trigger)


def menus(session: Session) -> Iterator[Action]:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu
    from shiboken6 import isValid

    for menu in session.window.findChildren(QMenu):
        yield Action(f"menu {menu.title()}", lambda menu=menu: isValid(menu) and menu.popup(QPoint(300, 300)))


def lessons(session: Session) -> Iterator[Action]:
    from optexplorer import lessons
    from optexplorer.lessons.reading import read_lesson

    player = session.app.player
    for language in ("en", "ja"):
        yield Action(f"language {language}", lambda language=language: session.app.choose_language(language))
        for id in lessons.ids():
            path = lessons.file_of(id, language)
            yield Action(f"lesson {id} {language}", lambda path=path: session.window.lessons.open(path))
            for number in range(1, len(read_lesson(path).scenes)):
                yield Action(f"lesson {id} {language} scene {number}", player.next)
                if read_lesson(path).scenes[number].question is not None:
                    yield Action(f"lesson {id} {language} scene {number} answered", lambda: player.choose(0))
                    yield Action(f"lesson {id} {language} scene {number} next", player.next)
    yield Action("close lesson", player.close)
    yield Action("language en", lambda: session.app.choose_language("en"))


def optimizers(session: Session) -> Iterator[Action]:
    from optexplorer.engine import optimizers
    from optexplorer.gui.fields.choices import ChoiceField

    def list_of_first() -> Any:
        return session.window.panel.racers.findChildren(ChoiceField)[0]

    yield Action("anatomy on", lambda: session.window.anatomy.show(True))
    yield Action("list of optimizers", lambda: list_of_first().showPopup())
    for id in optimizers.ids():
        yield Action(f"optimizer {id}", lambda id=id: list_of_first().valueChosen.emit(id))
    for _ in range(3):
        yield Action("undo", session.app.store.undo)
        yield Action("redo", session.app.store.redo)
        yield Action("play", session.window._actions["play"].trigger)
    yield Action("anatomy off", lambda: session.window.anatomy.show(False))
    yield Action("list of landscapes", lambda: session.window.panel.landscape.choice.showPopup())


def states(session: Session) -> Iterator[Action]:
    """Language, theme, size, drags and undo in several states of the window."""
    from optexplorer import lessons

    app, window = session.app, session.window
    everything = (
        ("usual", []),
        ("with anatomy", [Action("anatomy on", lambda: window.anatomy.show(True))]),
        ("with six racers", [Action("add racer", window._actions["add-racer"].trigger) for _ in range(4)]),
        (
            "with multiples and transcript",
            [
                Action("multiples on", window._actions["multiples"].trigger),
                Action("transcript on", window._actions["transcript"].trigger),
            ],
        ),
        ("pinned", [Action("compare on", window._actions["compare"].trigger)]),
        (
            "in a lesson",
            [
                Action("multiples off", window._actions["multiples"].trigger),
                Action("lesson", lambda: window.lessons.open(lessons.file_of(lessons.ids()[3], "en"))),
            ],
        ),
    )
    for name, preparations in everything:
        yield from preparations
        yield Action(f"language ja, {name}", lambda: app.choose_language("ja"))
        yield Action(f"language en, {name}", lambda: app.choose_language("en"))
        yield Action(f"theme dark, {name}", lambda: app.choose_theme("dark"))
        yield Action(f"theme light, {name}", lambda: app.choose_theme("light"))
        for size in ((1280, 720), (1920, 1080), (700, 500), (1600, 900)):
            yield Action(f"window of {size}, {name}", lambda size=size: window.resize(*size))
        yield Action(f"undo, {name}", app.store.undo)
        yield Action(f"redo, {name}", app.store.redo)
    yield Action("close lesson", app.player.close)
    for number in range(8):
        point = (-1.0 + 0.1 * number, 0.5)
        yield Action("drag of the start", lambda point=point: window.views.pointAsked.emit(point, "start"))
    yield Action("present", window._actions["present"].trigger)
    yield Action("present off", window._actions["present"].trigger)


def gallery(session: Session) -> Iterator[Action]:
    from PySide6.QtGui import QGuiApplication

    from optexplorer.experiment import files, share
    from optexplorer.experiment.gallery import entries

    folder = Path(tempfile.mkdtemp())
    for entry in entries():
        path = folder / f"{entry.id}.optx"
        path.write_bytes(files.to_json(entry.experiment))
        yield Action(f"open file {entry.id}", lambda path=path: session.window.files.open(path))

        def paste(text: str = share.to_text(entry.experiment)) -> None:
            QGuiApplication.clipboard().setText(text)
            session.window._actions["paste-experiment"].trigger()

        yield Action("new", lambda: session.window._actions["new"].trigger())
        yield Action(f"paste {entry.id}", paste)


GROUPS: dict[str, Callable[[Session], Iterator[Action]]] = {
    "landscapes": landscapes,
    "commands": commands,
    "menus": menus,
    "optimizers": optimizers,
    "states": states,
    "gallery": gallery,
    "lessons": lessons,
}


def measure(group: str, stacks: bool) -> list[Block]:
    """Do all actions of a group in a window of its own; return how long each blocked."""
    session = Session(stacks)
    session.start()
    for _ in range(TIMES):
        session.perform(list(GROUPS[group](session)))
    session.end()
    return session.blocks()


def main(groups: Sequence[str] = (), *options: str) -> None:
    """Print what blocks longest in each group; of each action the better of two runs, as others load the machine."""
    for group in groups or GROUPS:
        told = [displays.answer(__file__, "--measure", group, *options) for _ in range(RUNS)]
        if None in told:
            return
        runs = zip(*([Block(*block) for block in blocks] for blocks in told), strict=False)
        best = sorted((min(blocks) for blocks in runs), reverse=True)
        over = sum(block.wall > LIMIT for block in best)
        print(f"{group}: {len(best)} actions, {over} over {LIMIT:g} ms", flush=True)
        for block in best[:WORST]:
            print(f"  {block.wall:6.0f} ms, on the processor {block.processor:5.0f} ms  {block.name}")
            for stack, times in Counter(block.stacks).most_common(6):
                print(f"      {10 * times} ms  {stack}")


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    chosen = [name for name in sys.argv[1:] if name.startswith("--") and name != "--measure"]
    if "--measure" in sys.argv:
        from optexplorer.gui.desktop import process_exit

        print(json.dumps(measure(names[0], "--stacks" in chosen)))
        sys.exit(process_exit.wait_for_threads(0))
    else:
        main(names, *chosen)
