"""The dialog in which a landscape is written as a formula, with a live preview."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from pydantic import ValidationError
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.engine.landscapes.personal import LONGEST_NAME
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs.form_rows import FormRows
from optexplorer.gui.dialogs.formula_draft import Draft
from optexplorer.gui.dialogs.formula_help import FormulaExamples, FormulaGrammar
from optexplorer.gui.dialogs.formula_preview import Preview, preview
from optexplorer.gui.dialogs.save_buttons import DialogButtons
from optexplorer.gui.fields.choices import Segments
from optexplorer.gui.fields.formula_field import FormulaField
from optexplorer.gui.fields.formula_label import FormulaLabel
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.names_table import NameSetting, NamesTable
from optexplorer.gui.fields.number_field import NumberField
from optexplorer.gui.fields.text_field import ProblemLabel, commit_typed
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.style import Style

PAUSE = 60
"""Milliseconds after the last key before the preview follows."""
FIRST_FORMULA = "x^2 + k*y^2"


class _Asked(NamedTuple):
    """What a preview is made of."""

    definition: FormulaDefinition
    style: Style
    width: int
    height: int
    ratio: float


class FormulaDialog(Retranslating, QDialog):
    """Asks for a formula; once accepted, `definition` is the landscape and `keeps` whether to keep it for later."""

    def __init__(
        self,
        style: Style,
        draft: Draft | None,
        parent: QWidget | None = None,
        *,
        begun: Draft | None = None,
    ) -> None:
        """Ask for a change of `draft`; if it is None for a new landscape, which may have been `begun` before."""
        super().__init__(parent)
        self._is_new = draft is None
        self._style = style
        self._draft = draft or begun or Draft().with_text(FIRST_FORMULA)
        self._definition: FormulaDefinition | None = None
        self._shown: Preview | None = None
        self._asked: _Asked | None = None
        self._drawn: _Asked | None = None
        self._work = LatestTask(self)
        self._work.finished.connect(self._show_preview)
        self._work.failed.connect(self._refuse)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE)
        self._later.timeout.connect(self._ask_preview)

        self.text = FormulaField()
        self.problem = ProblemLabel()
        self.names = NamesTable()
        self.examples = FormulaExamples()
        self.formula = FormulaLabel()
        self.picture = PlainLabel()
        self.hint = PlainLabel(name="hint", wrap=True)
        self.name = QLineEdit()
        self.keep = QCheckBox()
        self.scale = Segments(("linear", "log"))
        self.buttons = DialogButtons(self, self._button_words)
        self._build()
        self._write_words()
        self.text.textChanged.connect(self._on_text)
        self.names.settingChosen.connect(self._on_setting)
        self.examples.exampleChosen.connect(self._on_example)
        self.scale.valueChosen.connect(lambda scale: self._set_draft(replace(self._draft, scale=scale)))
        self.name.textEdited.connect(lambda name: self._set_draft(replace(self._draft, name=name)))
        self.keep.toggled.connect(lambda _: self._check())
        self.text.set_formula(self._draft.text)
        self.name.setText(self._draft.name)
        self._set_draft(self._draft)
        self.text.setFocus()
        self.text.selectAll()

    @property
    def definition(self) -> FormulaDefinition | None:
        """The landscape that has been written; None while something is wrong with it."""
        return self._definition

    @property
    def draft(self) -> Draft:
        """What has been entered so far."""
        return self._draft

    @property
    def keeps(self) -> bool:
        """Whether the landscape is to be kept among the user's own."""
        return self.keep.isChecked()

    def _build(self) -> None:
        self.problem.setMinimumHeight(self.fontMetrics().lineSpacing() + 4)
        self.hint.hide()
        self.name.setMaxLength(LONGEST_NAME)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.picture.setMinimumSize(240, 160)
        self.picture.installEventFilter(self)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setDefault(True)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)

        self._form = form = FormRows()
        self._named, self._scaled = QWidget(), QWidget()
        named = QHBoxLayout(self._named)
        named.setContentsMargins(0, 0, 0, 0)
        named.setSpacing(12)
        named.addWidget(self.name, 1)
        named.addWidget(self.keep)
        scale = QHBoxLayout(self._scaled)
        scale.setContentsMargins(0, 0, 0, 0)
        scale.addWidget(self.scale)
        scale.addStretch(1)
        form.add(self._named, self._scaled)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.text)
        left.addWidget(self.problem)
        left.addWidget(self.names)
        left.addLayout(form)
        left.addSpacing(8)
        left.addWidget(self.examples)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.formula)
        right.addWidget(self.hint)
        right.addWidget(self.picture, 1)
        right.addWidget(FormulaGrammar())
        # On a small screen the parts keep their heights, and are scrolled.
        area, parts = QScrollArea(), QWidget()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(parts)
        columns = QHBoxLayout(parts)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(24)
        columns.addLayout(left, 6)
        columns.addLayout(right, 5)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addWidget(area, 1)
        layout.addWidget(self.buttons)
        resize_within_screen(self, QSize(1080, 640))

    def retranslate(self) -> None:
        self._style = window_style()
        self._write_words()
        self._check()
        self._later.start()

    def restyle(self) -> None:
        self._style = window_style()
        self._later.start()

    def _write_words(self) -> None:
        self.setWindowTitle(self.tr("New formula") if self._is_new else self.tr("Edit formula"))
        describe(self.text, self.tr("Formula"), self.tr("The loss, written in x and y or in one variable"))
        self.keep.setText(self.tr("Keep in my landscapes"))
        self.keep.setToolTip(self.tr("Lists it among the landscapes, today and next time"))
        self.scale.name_choices(
            self.tr("Height scale"),
            {
                "linear": (self.tr("Linear"), self.tr("Heights as they are")),
                "log": (self.tr("Log"), self.tr("Logarithm of the heights: deep valleys become visible")),
            },
        )
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("My formula"))
        self._form.name_rows({self._named: self.tr("Name"), self._scaled: self.tr("Height scale")})
        self.picture.setAccessibleName(self.tr("Preview"))
        self._write_hint()

    def _button_words(self) -> dict[QDialogButtonBox.StandardButton, str]:
        buttons = QDialogButtonBox.StandardButton
        return {buttons.Ok: self.tr("Use this landscape"), buttons.Cancel: self.tr("Cancel")}

    def _write_hint(self) -> None:
        shown, hint = self._shown, ""
        if shown is not None and not shown.finite:
            hint = self.tr("Nowhere in this range is the loss a number.")
        elif shown is not None and not shown.starts:
            hint = self.tr("At the start the loss or its slope is not a number; choose another start.")
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    # What the user does

    def _on_text(self) -> None:
        # Qt says so too when only the marks of the text have changed.
        if self.text.formula != self._draft.text:
            self._set_draft(self._draft.with_text(self.text.formula))

    def _on_setting(self, name: str, setting: NameSetting) -> None:
        self._set_draft(self._draft.with_setting(name, setting))

    def _on_example(self, example: str) -> None:
        self.text.set_formula(example)
        self.text.setFocus()

    def _set_draft(self, draft: Draft) -> None:
        self._draft = draft
        # What was found out about the text before says nothing of this one.
        self._work.forget()
        names = draft.names()
        if names:
            # While the text is wrong, the names that it had stay, and with them the layout.
            self.names.show_settings(names)
        self.scale.show_value(draft.scale)
        self._check()
        self._later.start()

    def _check(self) -> None:
        """Say at once what is wrong with the text."""
        self._definition = None
        try:
            definition = self._draft.definition()
        except FormulaError as error:
            self._show_error(error)
        except ValidationError as error:
            # Ranges: the table says so beneath the numbers.
            self._show_words("" if self.names.problem.text() else error.errors()[0]["msg"])
        else:
            self._show_words("")
            self._definition = definition
        if self._definition is not None and self.keeps and not self._draft.name.strip():
            self._definition = None
            self._show_words(self.tr("A name is missing: without one it cannot be kept."))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self._definition is not None)

    def _show_words(self, words: str) -> None:
        self.text.mark(0, 0)
        self.problem.setText(words)
        self.problem.show()

    def _show_error(self, error: FormulaError) -> None:
        self.text.mark(error.offset, error.length)
        self.problem.setText(error.message.in_language(self._style.language))
        self.problem.show()

    def _accept(self) -> None:
        commit_typed()
        if self._definition is not None and not self.names.problem.text():
            self.accept()

    # The preview

    def _ask_preview(self) -> None:
        # While the text is wrong, the last picture stays, but follows the theme, the language and the room for it.
        definition = self._definition or (self._drawn and self._drawn.definition)
        if definition is None:
            return
        width, height = max(self.picture.width(), 100), max(self.picture.height(), 100)
        asked = _Asked(definition, self._style, width, height, self.devicePixelRatioF())
        if self._definition is not None or asked != self._drawn:
            self._asked = asked
            self._work.run(partial(preview, *asked))

    def _show_preview(self, shown: Preview) -> None:
        if shown.error is not None:
            self._definition = None
            self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)
            self._show_error(shown.error)
            return
        self.formula.show_svg(shown.svg)
        self._drawn = self._asked
        if self._drawn is not None:
            self.formula.show_words(self._drawn.definition.formula)
        if shown.image is not None:
            pixmap = QPixmap.fromImage(shown.image)
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            self.picture.setPixmap(pixmap)
        self._shown = shown
        self._write_hint()

    def _refuse(self, message: str) -> None:
        self._definition = None
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)
        self._show_words(message)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.picture and event.type() == QEvent.Type.Resize:
            self._later.start()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(self.focusWidget(), NumberField):
            # It has taken the number over, which is no yes to the whole.
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._later.stop()
        self._work.forget()
        super().done(result)
