"""The commands of the window: name, keys and icon of each, declared once for menus, keys and the list of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.words import N_
from optexplorer.gui.fields.text_field import commit_typed

CONTEXT = ""
"""The context that lupdate gives to texts outside of classes."""
GROUPS = (
    N_("File"),
    N_("Edit"),
    N_("Playback"),
    N_("View"),
    N_("Explore"),
    N_("Lesson"),
    N_("Present"),
    N_("Help"),
)


class Command(NamedTuple):
    """One command. `text` and `group` are English; `translated` returns them in the window's language."""

    id: str
    group: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False


COMMANDS = (
    Command("new", "File", N_("New experiment"), ("Ctrl+Shift+N",), "mdi6.file-outline"),
    Command("gallery", "File", N_("Gallery…"), ("Ctrl+G",), "mdi6.view-grid-outline"),
    Command("open", "File", N_("Open…"), ("Ctrl+O",), "mdi6.folder-open-outline"),
    Command("open-data", "File", N_("Open data…"), ("Ctrl+Shift+O",), "mdi6.table-arrow-left"),
    Command("save", "File", N_("Save experiment"), ("Ctrl+Shift+S",), "mdi6.content-save-outline"),
    Command("save-as", "File", N_("Save experiment as…"), ("Ctrl+Alt+S",)),
    Command("export-image", "File", N_("Export image…"), ("Ctrl+S",), "mdi6.image-outline"),
    Command("export-film", "File", N_("Export film…"), ("Ctrl+Shift+E",), "mdi6.movie-open-outline"),
    Command("copy-image", "File", N_("Copy image"), ("Ctrl+Shift+C",), "mdi6.content-copy"),
    Command("export-data", "File", N_("Export data…"), ("Ctrl+E",), "mdi6.table-arrow-right"),
    Command("quit", "File", N_("Quit"), ("Ctrl+Q",)),
    Command("undo", "Edit", N_("Undo"), ("Ctrl+Z",)),
    Command("redo", "Edit", N_("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("add-racer", "Edit", N_("Add racer"), ("Ctrl+N",)),
    Command("new-formula", "Edit", N_("New formula…"), ("Ctrl+F",), "mdi6.function-variant"),
    Command("edit-formula", "Edit", N_("Edit formula…"), ()),
    Command("paint", "Edit", N_("Paint on the map"), ("Shift+P",), "mdi6.brush-outline", True),
    Command("choose-data", "Edit", N_("Data and model…"), ("Ctrl+Shift+D",), "mdi6.chart-scatter-plot"),
    Command("edit-data", "Edit", N_("Edit the data by hand"), ("Shift+E",), "mdi6.pencil-outline", True),
    Command("reset", "Edit", N_("Reset everything"), ()),
    Command("copy-text", "Edit", N_("Copy as text"), ("Ctrl+Shift+T",), "mdi6.link-variant"),
    Command("paste-experiment", "Edit", N_("Paste experiment"), ("Ctrl+V",), "mdi6.content-paste"),
    Command("paste-data", "Edit", N_("Paste data…"), ("Ctrl+Shift+V",)),
    Command("play", "Playback", N_("Play or pause"), ("Space",)),
    Command("step-forward", "Playback", N_("Step forward"), ("Right",)),
    Command("step-back", "Playback", N_("Step back"), ("Left",)),
    Command("epoch-forward", "Playback", N_("Next epoch"), ("Shift+Right",)),
    Command("epoch-back", "Playback", N_("Previous epoch"), ("Shift+Left",)),
    Command("to-start", "Playback", N_("To the start"), ("Home",)),
    Command("to-end", "Playback", N_("To the end"), ("End",)),
    Command("faster", "Playback", N_("Faster"), ("+", "=", ";")),
    Command("slower", "Playback", N_("Slower"), ("-",)),
    Command("loop", "Playback", N_("Loop"), ("L",), "", True),
    Command("phase-back", "Playback", N_("Phase back"), ("[",), "mdi6.chevron-left"),
    Command("phase-forward", "Playback", N_("Phase forward"), ("]",), "mdi6.chevron-right"),
    Command("play-phases", "Playback", N_("Play the phases"), ("P",), "mdi6.play-outline", True),
    Command("both-views", "View", N_("Surface and map"), ("F2",)),
    Command("surface-only", "View", N_("Surface only"), ("F3",)),
    Command("map-only", "View", N_("Map only"), ("F4",)),
    Command("fit", "View", N_("Data and fit"), ("V",), "mdi6.chart-scatter-plot", True),
    Command("fit-only", "View", N_("Data and fit only")),
    Command("compare", "View", N_("Pin to compare"), ("Ctrl+D",), "mdi6.pin-outline", True),
    Command("multiples", "View", N_("Nine learning rates"), ("R",), "mdi6.grid", True),
    Command("arrows", "View", N_("Gradient arrows"), ("G",), "mdi6.arrow-top-right", True),
    Command("minima", "View", N_("Known minima"), ("M",), "mdi6.star-outline", True),
    Command("curvature", "View", N_("Curvature at the head"), ("C",), "mdi6.ellipse-outline", True),
    Command("ghost", "View", N_("Loss of the mini-batch"), ("H",), "mdi6.layers-outline", True),
    Command(
        "example-gradients",
        "View",
        N_("Gradients of single examples"),
        ("Shift+G",),
        "mdi6.asterisk",
        True,
    ),
    Command("gradient-ellipse", "View", N_("Ellipse of the gradients"), ("O",), "", True),
    Command("anatomy", "View", N_("Anatomy of a step"), ("A",), "mdi6.function-variant", True),
    Command(
        "second-anatomy",
        "View",
        N_("Anatomy of a second racer"),
        ("Shift+A",),
        "mdi6.view-column-outline",
        True,
    ),
    Command("network", "View", N_("Network"), ("Shift+N",), "mdi6.graph-outline", True),
    Command("example-back", "View", N_("Previous example"), ("Ctrl+[",), "mdi6.chevron-up"),
    Command("example-forward", "View", N_("Next example"), ("Ctrl+]",), "mdi6.chevron-down"),
    Command("example-mean", "View", N_("Mean of the mini-batch"), (), "mdi6.sigma", True),
    Command("reset-view", "View", N_("Reset camera and zoom"), ("0",), "mdi6.image-filter-center-focus"),
    Command("fog", "View", N_("Fog"), ("F",), "mdi6.weather-fog", True),
    Command("check-rounding", "View", N_("Check for rounding")),
    Command("transcript", "View", N_("Transcript"), ("T",), "", True),
    Command("sound", "View", N_("Sound of the loss"), ("Ctrl+M",), "", True),
    Command("full-screen", "View", N_("Full screen"), ("F11",), "", True),
    Command("basins", "Explore", N_("Basin map"), ("Shift+B",), "own.basins", True),
    Command("cloud", "Explore", N_("Cloud of descents"), ("Shift+D",), "own.cloud", True),
    Command("basin-shares", "Explore", N_("Basin shares against a setting…"), ("Ctrl+Shift+B",)),
    Command("sweep", "Explore", N_("Sweep a setting…"), ("Ctrl+Shift+R",)),
    Command("map", "Explore", N_("Map two settings…"), ("Ctrl+Shift+M",)),
    Command("range-test", "Explore", N_("Learning-rate range test…"), ("Ctrl+Shift+L",)),
    Command("tuning", "Explore", N_("Find good settings…"), ("Ctrl+Shift+G",)),
    Command("fair-race", "Explore", N_("Fair race…"), ("Ctrl+Shift+F",)),
    Command("tournament", "Explore", N_("Tournament…")),
    Command("open-lesson", "Lesson", N_("Open lesson…"), ("Ctrl+L",), "mdi6.school-outline"),
    Command("new-lesson", "Lesson", N_("New lesson from this experiment…")),
    Command("export-lesson", "Lesson", N_("Export lesson as film…")),
    Command("previous-scene", "Lesson", N_("Previous scene"), ("PgUp",)),
    Command("next-scene", "Lesson", N_("Next scene"), ("PgDown",)),
    Command("resume-lesson", "Lesson", N_("Back to the lesson"), ("Ctrl+B",)),
    Command("close-lesson", "Lesson", N_("Close the lesson")),
    Command(
        "arrange",
        "Present",
        N_("What the class sees"),
        ("Ctrl+H",),
        "mdi6.eye-settings-outline",
        True,
    ),
    Command("present", "Present", N_("Present"), ("F5",), "mdi6.presentation-play", True),
    Command("narration", "Present", N_("Narration"), ("N",), "", True),
    Command("spotlight", "Present", N_("Spotlight on the next racer"), ("S",)),
    Command("laser", "Present", N_("Laser pointer"), ("X",), "", True),
    Command("pen", "Present", N_("Pen"), ("D",), "", True),
    Command("wipe", "Present", N_("Wipe the strokes away"), ("E",)),
    Command("black", "Present", N_("Black screen"), ("B", "."), "", True),
    Command("keys", "Help", N_("Keyboard"), ("?", "F1")),
    Command("about", "Help", N_("About optexplorer"), ()),
)
_LEAVE_TYPED = {"undo", "redo"}
"""They would take back at once what they take over from a field."""
RACER_KEYS = "Alt+1 – 9"
PRESENTING_RACER_KEYS = "1 – 9"


def translated(source: str) -> str:
    """Return a command's text or group in the window's language."""
    return QCoreApplication.translate(CONTEXT, source)


def make_actions(window: QWidget) -> dict[str, QAction]:
    """Return an action per command, by its id, working in the whole window once it is connected."""
    actions = {}
    for command in COMMANDS:
        action = QAction(window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icon(command.icon))
        window.addAction(action)
        actions[command.id] = action
    retranslate(actions)
    return actions


def show_reason(action: QAction, reason: str) -> None:
    """Write an action's tooltip: its name and first key, and below it a `reason`, such as why it is disabled."""
    name, keys = action.text().rstrip("…"), action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    tip = f"{name} ({keys})" if keys else name
    action.setToolTip(f"{tip}\n{reason}" if reason else tip)


def retranslate(actions: Mapping[str, QAction]) -> None:
    """Write names and tooltips in the window's language."""
    for command in COMMANDS:
        action, text = actions[command.id], translated(command.text)
        action.setText(text)
        show_reason(action, "")


def connect(actions: Mapping[str, QAction], handlers: Mapping[str, Callable[[bool], Any]]) -> None:
    """Connect each action to the handler of its id.

    What is typed in a field at that moment is taken over before.
    """
    for id, action in actions.items():
        if id not in _LEAVE_TYPED:
            action.triggered.connect(lambda _: commit_typed())
        action.triggered.connect(handlers[id])
