"""A line edit that parses its text as a value; invalid text stays and is shown with the error."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from optexplorer.gui.fields.labels import PlainLabel, describe

_WINDOW_KEYS = frozenset(range(Qt.Key.Key_A.value, Qt.Key.Key_Z.value + 1)) - {ord(key) for key in "ACVXYZ"}
"""Letters with which Ctrl is the window's, not the field's."""


class TextField(QLineEdit):
    """Shows a value as text; what is typed is taken over with Enter, on leaving the field, or by a click elsewhere.

    Most buttons do not take the focus, but what they do must not throw away what is typed.
    """

    valueChosen = Signal(object)
    ended = Signal()
    """An edit is over: the next change is one of its own."""
    problemChanged = Signal(str)
    """What is wrong with the text and what would be right; empty if nothing is."""

    def __init__(self, name: str = "", tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._problem = ""
        self._listening = False
        describe(self, name, tip)
        self.setMinimumWidth(40)
        self.textEdited.connect(self._validate)
        self.editingFinished.connect(self.commit)

    def read(self, text: str) -> Any:
        """Return the value of `text`, or raise ValueError with a message for the user."""
        raise NotImplementedError

    def words(self, value: Any) -> str:
        """Return the text that shows `value`."""
        raise NotImplementedError

    def unfinished(self, text: str) -> bool:
        """Whether `text` may become right when more is typed."""
        return True

    @property
    def value(self) -> Any:
        """The value that is shown: while a text is wrong or half typed, the one before; None before there is any."""
        return self._value

    @property
    def problem(self) -> str:
        """What is wrong with the text; empty if nothing is."""
        return self._problem

    def discard_edit(self) -> None:
        """Throw away a text that is being typed: what it was meant for is no longer there."""
        if self.isModified() and self._value is not None:
            self._put(self._value)

    def show_value(self, value: Any) -> None:
        """Show `value`. If it is shown already, a text that is being typed stays."""
        if value != self._value:
            self._put(value)

    def choose(self, value: Any) -> None:
        """Show `value` and emit it, as if the user had entered it."""
        if value != self._value:
            self._put(value)
            self.valueChosen.emit(value)

    def _put(self, value: Any) -> None:
        self._listen_to_clicks(False)
        self._value = value
        self.setText(self.words(value))
        self.setCursorPosition(0)
        self._show_problem("")

    def _listen_to_clicks(self, on: bool) -> None:
        """Look at the events of the whole program, which costs time, only while something is half typed."""
        application = QApplication.instance()
        if on == self._listening or application is None:
            return
        self._listening = on
        if on:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(watched, QWidget)
            and watched is not self
        ):
            self._listen_to_clicks(False)
            self.commit()
        return False

    def _validate(self, text: str) -> None:
        self._listen_to_clicks(True)
        try:
            self.read(text)
        except ValueError as error:
            self._show_problem("" if self.unfinished(text) else str(error))
        else:
            self._show_problem("")

    def commit(self) -> None:
        """Take over the text that has been typed; if it is no value, it stays, with what is wrong with it."""
        if not self.isModified():
            return
        try:
            value = self.read(self.text())
        except ValueError as error:
            self._show_problem(str(error))
            return
        if value == self._value:
            self._put(value)
            return
        self.ended.emit()
        self.choose(value)
        self.ended.emit()

    def _show_problem(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        self.setAccessibleDescription(problem)
        if self.property("invalid") != bool(problem):
            self.setProperty("invalid", bool(problem))
            self.style().unpolish(self)
            self.style().polish(self)
        self.problemChanged.emit(problem)

    def event(self, event: QEvent) -> bool:
        # With nothing half typed, the keys for undo are the window's: they take back the value that was committed.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.isModified()
            and any(map(event.matches, (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)))
        ):
            event.ignore()
            return False
        # So are Ctrl+E and its like, which some systems take for moving the cursor.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            and event.key() in _WINDOW_KEYS
        ):
            event.ignore()
            return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._listen_to_clicks(False)
        super().focusOutEvent(event)
        self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified() and self._value is not None:
            self._put(self._value)
            return
        super().keyPressEvent(event)


def commit_typed() -> None:
    """Take over what has been typed in the field that has the focus of its window, as leaving the field does.

    A menu, a shortcut or closing the window does not take the focus from a field.
    """
    # The application's focus is nowhere while another program's window is the active one.
    for window in QApplication.topLevelWidgets():
        field = window.focusWidget()
        if isinstance(field, TextField):
            field.commit()


class ProblemLabel(PlainLabel):
    """Says beneath some fields what is wrong with them; gone while nothing is."""

    def __init__(self, *fields: TextField, parent: QWidget | None = None) -> None:
        super().__init__(name="error", wrap=True, parent=parent)
        self._fields = fields
        self.hide()
        for field in fields:
            field.problemChanged.connect(self._collect)

    def show_problem(self, problem: str) -> None:
        """Show `problem`; nothing if it is empty."""
        self.setText(problem)
        self.setVisible(bool(problem))

    def _collect(self) -> None:
        self.show_problem("\n".join(field.problem for field in self._fields if field.problem))
