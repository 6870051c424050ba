"""The panel for the landscape: choice, formula, description and height scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import ChoiceField, Segments
from optexplorer.gui.fields.formula_label import FormulaLabel
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, describe, plain_tip
from optexplorer.gui.fields.parameter_fields import ParameterFields
from optexplorer.gui.fields.section_header import SectionHeader
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.gui.panels.learning_panel import LearningPanel
from optexplorer.gui.panels.paint_panel import PaintPanel
from optexplorer.text import Text

TOOL = 14
"""Size of the icons beside words, small so that all tools stand in one row."""
Groups = Sequence[tuple[Text, Sequence[tuple[str, Text]]]]
"""Headings, and below each the landscapes by id and name."""


class LandscapePanel(Retranslating, QWidget):
    """Shows a landscape and offers others."""

    landscapeChosen = Signal(str)
    heightScaleChosen = Signal(str)
    parameterChosen = Signal(str, float)
    """A parameter of the formula, and its new value."""
    ended = Signal()
    """A drag or an edit is over: the next change is one of its own."""
    newAsked = Signal()
    editAsked = Signal()
    paintToggled = Signal(bool)
    dataAsked = Signal()
    """The person wants to choose data and a model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: Landscape | None = None
        self._origin: tuple[str, Text] | None = None
        self._groups: Callable[[], Groups] = tuple
        self.choice = ChoiceField()
        self.choice.valueChosen.connect(self.landscapeChosen.emit)
        self.formula = FormulaLabel()
        self.lesson = PlainLabel(name="lesson", wrap=True)
        self.parameters = ParameterFields()
        self.parameters.valueChosen.connect(self.parameterChosen)
        self.parameters.ended.connect(self.ended)
        self.learning = LearningPanel()
        self.problem = ProblemLabel()
        self.painting = PaintPanel()
        self.height_scale = Segments(("auto", "linear", "log"))
        self.height_scale.valueChosen.connect(self.heightScaleChosen.emit)
        heights = QHBoxLayout()
        self._heights = PlainLabel()
        heights.addWidget(self._heights, 1)
        heights.addWidget(self.height_scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._header = SectionHeader()
        layout.addWidget(self._header)
        layout.addWidget(self.choice)
        layout.addWidget(self.problem)
        layout.addWidget(self.formula)
        layout.addWidget(self.parameters)
        layout.addWidget(self.lesson)
        layout.addWidget(self.learning)
        layout.addLayout(self._make_tools())
        layout.addWidget(self.painting)
        layout.addLayout(heights)
        self.retranslate()

    def retranslate(self) -> None:
        self._header.title.setText(self.tr("Landscape"))
        self.choice.setAccessibleName(self.tr("Landscape"))
        for tool, text, tip in (
            (self.new, self.tr("Formula"), self.tr("Write a landscape of your own as a formula")),
            (self.paint, self.tr("Paint"), self.tr("Paint hills and valleys on the contour map")),
            (self.data, self.tr("Data"), self.tr("Choose data and a model, or open a table of your own")),
        ):
            tool.setText(text)
            describe(tool, tip)
        describe(self.edit, self.tr("Edit"), self.tr("Change a copy of this landscape's formula"))
        describe(self.mine, self.tr("My landscapes: keep, rename, delete"))
        self._heights.setText(self.tr("Height scale"))
        self.height_scale.name_choices(
            self.tr("Height scale"),
            {
                "auto": (self.tr("Auto"), self.tr("The scale that suits this landscape")),
                "linear": (self.tr("Linear"), self.tr("Heights as they are")),
                "log": (self.tr("Log"), self.tr("Logarithm of the heights: deep valleys become visible")),
            },
        )
        self.offer(self._groups)
        self._write_landscape()

    def _write_landscape(self) -> None:
        landscape = self._landscape
        if landscape is None:
            self.choice.setToolTip(self.tr("The loss that is minimised"))
            return
        if self._origin is not None:
            id, name = self._origin
            self.choice.show_value(id, localized(name))
        self.choice.setPlaceholderText(localized(landscape.name))
        self.choice.setToolTip(plain_tip(landscape.source))
        lesson = localized(landscape.lesson)
        self.lesson.setText(lesson)
        self.lesson.setVisible(bool(lesson))

    def _make_tools(self) -> QHBoxLayout:
        self.new = self._tool("mdi6.function-variant")
        self.new.clicked.connect(self.newAsked)
        self.edit = IconButton("mdi6.pencil-outline")
        self.edit.clicked.connect(self.editAsked)
        self.paint = self._tool("mdi6.brush-outline")
        self.paint.setCheckable(True)
        self.paint.clicked.connect(self.paintToggled)
        self.data = self._tool("mdi6.chart-scatter-plot")
        self.data.clicked.connect(self.dataAsked)
        self.mine = IconButton("mdi6.dots-horizontal")
        self.mine_menu = QMenu(self.mine)
        self.mine.setMenu(self.mine_menu)
        self.mine.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for tool in (self.new, self.paint, self.data):
            tools.addWidget(tool)
        tools.addStretch(1)
        tools.addWidget(self.edit)
        tools.addWidget(self.mine)
        return tools

    def _tool(self, picture: str) -> QToolButton:
        tool = QToolButton()
        tool.setObjectName("slim")
        tool.setIcon(icon(picture))
        tool.setIconSize(QSize(TOOL, TOOL))
        tool.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return tool

    def show_painting(self, active: bool) -> None:
        """Show whether the map is being painted on."""
        self.paint.setChecked(active)

    def offer(self, groups: Callable[[], Groups]) -> None:
        """Offer landscapes by id and name, under the headings of their groups; empty groups are left out.

        `groups` is called when the list is first opened.
        """
        self._groups = groups
        self.choice.fill_when_asked(
            lambda: self.choice.show_groups(
                (localized(heading), {id: localized(name) for id, name in entries})
                for heading, entries in groups()
            )
        )

    def show_origin(self, id: str, name: Text) -> None:
        """Show in the list where the landscape comes from."""
        self._origin = (id, name)
        self.choice.show_value(id, localized(name))

    def show_landscape(self, landscape: Landscape, height_scale: str) -> None:
        """Show the landscape's name and lesson, and how its heights are drawn."""
        self.height_scale.show_value(height_scale)
        if landscape is self._landscape:
            return
        self._landscape = landscape
        self._origin = (landscape.id, landscape.name)
        self._write_landscape()
        self.formula.show_words(landscape.latex)
        self.edit.setEnabled(isinstance(landscape, FormulaLandscape))
        self.paint.setEnabled(landscape.dimension == 2)
        learned = landscape if isinstance(landscape, ModelLandscape) else None
        self.learning.show_landscape(learned)
        # Those of data stand on their card.
        definition = landscape.definition if learned is None else None
        self.parameters.show_parameters(definition.sliders() if definition else {})

    def show_formula(self, svg: bytes) -> None:
        """Show the formula as rendered by `formula_svg`."""
        self.formula.show_svg(svg)
