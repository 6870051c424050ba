"""What holds for every test: private settings folders, one language, and nothing left behind."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pkgutil
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import kept

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from tests.command_line import Command


def _isolate_from_the_person() -> None:
    """Point settings, caches and language away from those of the user who runs the tests.

    At import, because Qt and Mesa read these once; also for the processes that tests start.
    """
    home = Path(tempfile.mkdtemp(prefix="optexplorer-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        folder = home / kind.lower()
        folder.mkdir()
        os.environ[f"XDG_{kind}_HOME"] = str(folder)
    # As `optexplorer.cli.main` sets it; tests run in parallel.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.update(LANG="C.UTF-8", LC_ALL="C.UTF-8", LANGUAGE="en")
    # The driver of a graphics card would make pictures differ from one machine to the next.
    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    # The virtual display of the tests is an X display, whatever the user's desktop is.
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE"):
        os.environ.pop(name, None)


def _heed_signals() -> None:
    """Give signals their usual effect in the processes that tests start, also where the tests run in the background."""
    for name in ("SIGINT", "SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


_isolate_from_the_person()
_heed_signals()

PATIENCE = 60.0
"""Seconds for which a test waits at least for what must happen, so that it passes on a slow or busy machine too."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--move-starts",
        type=float,
        default=0.0,
        help="add this to every coordinate of every start, to find what rests on a path that rounding changes",
    )
    parser.addoption(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds for which a test may leave threads and widgets that are about to end",
    )


def pytest_configure(config: pytest.Config) -> None:
    distance = config.getoption("--move-starts")
    if distance:
        _move_starts(distance)


def _move_starts(distance: float) -> None:
    from optexplorer.engine import batch_descent, descent

    checked_start = descent.checked_start

    def moved_start(*arguments: Any, **settings: Any) -> Any:
        start = checked_start(*arguments, **settings)
        start += distance
        return start

    for module in (descent, batch_descent):
        vars(module)["checked_start"] = moved_start


QT_FREE = ("engine", "experiment", "scene", "runs", "lessons")
"""The folders whose tests need no Qt application."""
COVERED = ("engine", "experiment")
"""The folders whose tests have to run every line of their layer, or nearly; `tools/check_coverage.py` says how many."""


def pytest_collection(session: pytest.Session) -> None:
    """Import what has to be covered while it is traced: a test that is not may be the first to need a module."""
    if session.config.pluginmanager.hasplugin("_cov"):
        for layer in COVERED:
            package = importlib.import_module(f"optexplorer.{layer}")
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                importlib.import_module(module.name)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every test that may draw have pytest-qt's application.

    Pictures only need a QGuiApplication, and one made by the first test that draws would be in the way of those that
    need widgets, whatever the order in which they run.
    """
    # The slow ones first, so that no process is left alone with them at the end.
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    here = Path(__file__).parent
    with_qt = config.pluginmanager.hasplugin("pytest-qt")
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder not in COVERED:
            # A layer is covered by its own tests; a tracer would make the others half as slow again.
            item.add_marker("no_cover")
        if folder in QT_FREE:
            continue
        if with_qt and isinstance(item, pytest.Function) and "qapp" not in item.fixturenames:
            item.fixturenames.insert(0, "qapp")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line in this process."""
    from tests.command_line import command_in

    return command_in(monkeypatch, capsys)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's robot, but one that waits at least `PATIENCE`, whatever shorter time it is given."""
    from pytestqt.qtbot import QtBot

    def patient(wait: Callable[..., Any]) -> Callable[..., Any]:
        def waiting(*arguments: Any, timeout: int = 0, **options: Any) -> Any:
            # With `raising=False` a test waits for nothing to happen.
            least = round(1000 * PATIENCE) if options.get("raising", True) else 0
            return wait(*arguments, timeout=max(timeout, least), **options)

        return waiting

    bot = QtBot(request)
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        setattr(bot, name, patient(getattr(bot, name)))
    return bot


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash[kept.has_failed] = item.stash.get(kept.has_failed, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def _platform_of_later_processes() -> Iterator[None]:
    """Let an export within a test, which chooses a platform without a screen, not choose it for later tests."""
    name = "QT_QPA_PLATFORM"
    before = os.environ.get(name)
    yield
    if before is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = before


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a top-level widget or a running thread behind.

    Not one that has failed already: its traceback keeps its widgets alive.
    """
    threads = set(threading.enumerate())
    widgets = _top_level_widgets()
    yield

    def new_widgets() -> list[QWidget]:
        return [widget for widget in _top_level_widgets() if widget not in (*widgets, *kept.widgets)]

    def new_threads() -> list[threading.Thread]:
        return [
            thread
            for thread in threading.enumerate()
            if thread not in (*threads, *kept.threads) and _runs(thread)
        ]

    patience = request.config.getoption("--patience")
    left = [f"{type(w).__name__} {w.objectName()!r}" for w in _after_a_while(new_widgets, patience)]
    for widget in new_widgets():
        widget.hide()
        widget.deleteLater()
    left += [f"thread {t.name!r}" for t in _after_a_while(new_threads, patience)]
    if left and not request.node.stash.get(kept.has_failed, False):
        pytest.fail(f"the test left behind: {', '.join(left)}", pytrace=False)


def _after_a_while(remaining: Callable[[], list[Any]], patience: float) -> list[Any]:
    """Return what still remains after at most `patience` seconds, in which dying things may finish dying."""
    deadline = time.monotonic() + patience
    while (rest := remaining()) and time.monotonic() < deadline:
        del rest
        gc.collect()
        time.sleep(0.01)
    return rest


def _top_level_widgets() -> list[QWidget]:
    """Return the top-level widgets that nothing owns, without importing Qt where no test has."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    core = sys.modules["PySide6.QtCore"]
    # Outside of an event loop deleteLater() would wait for ever.
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    return [widget for widget in widgets.QApplication.topLevelWidgets() if widget.parent() is None]


def _runs(thread: threading.Thread) -> bool:
    # Python keeps a stand-in for each foreign thread (a QThread) that ran Python code, even after its end.
    if isinstance(thread, threading._DummyThread) and sys.platform == "linux":
        return Path(f"/proc/self/task/{thread.native_id}").exists()
    return thread.is_alive() and not isinstance(thread, threading._DummyThread)
