"""The gallery: example experiments and recent files, each with its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.experiment.gallery import Entry, entries
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.workers.thumbnails import TEXT_SIZE, Thumbnails, Wanted
from optexplorer.painting.style import Style

WIDTH, HEIGHT = 252, 158
"""Of a picture, in pixels of the layout."""
GAP = 16
MOST_RECENT = 4


class Card(QPushButton):
    """A picture with a title and a line below; a button like any other."""

    def __init__(self, title: str = "", line: str = "") -> None:
        super().__init__()
        self.setObjectName("galleryCard")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture = PlainLabel(name="galleryPicture")
        self.picture.setFixedSize(WIDTH, HEIGHT)
        self._heading = heading = PlainLabel(name="galleryTitle", wrap=True)
        self._text = text = PlainLabel(name="hint", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.set_words(title, line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(6)
        layout.addWidget(self.picture)
        layout.addWidget(heading)
        layout.addWidget(text, 1)
        for label in (self.picture, heading, text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedWidth(WIDTH + 20)

    def set_words(self, title: str, line: str) -> None:
        """Write the title and the line below."""
        self._heading.setText(title)
        self._text.setText(line)
        describe(self, title, line)
        self.setAccessibleDescription(line)

    def show_picture(self, image: QImage, ratio: float) -> None:
        """Show the picture of the experiment."""
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def needed_height(self) -> int:
        """Return how high it must be for all of its text; a button does not ask its layout."""
        for label in (self._heading, self._text):
            label.ensurePolished()
        layout = self.layout()
        assert layout is not None
        return layout.totalHeightForWidth(self.width()) + 4


class GalleryDialog(Retranslating, QDialog):
    """Signals the experiment that the user chooses."""

    experimentChosen = Signal(object)
    """An `Experiment` of the gallery."""
    fileChosen = Signal(object)
    """The `Path` of a recent file."""

    def __init__(self, recent: Sequence[Path], style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = Style(style.theme, style.language, TEXT_SIZE)
        self._thumbnails = Thumbnails(self)
        self._thumbnails.made.connect(self._show_picture)
        self._wanted: list[Wanted] = []
        self.cards: dict[str, Card] = {}
        self._sections: list[tuple[QGridLayout, list[Card]]] = []
        self._columns = 0
        page = QWidget()
        page.setObjectName("galleryPage")
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(20, 16, 20, 20)
        self._page.setSpacing(12)
        files = [path for path in recent if path.is_file()][:MOST_RECENT]
        self._recent_heading = PlainLabel(name="sectionTitle", parent=page)
        self._recent_heading.setVisible(bool(files))
        self._heading = PlainLabel(name="sectionTitle")
        if files:
            self._add_section(self._recent_heading, [self._file_card(path) for path in files])
        self._learning_heading = PlainLabel(name="sectionTitle")
        of_data = [bool(entry.experiment.resolve_landscape().examples) for entry in entries()]
        cards = [self._entry_card(entry) for entry in entries()]
        for heading, learns in ((self._heading, False), (self._learning_heading, True)):
            self._add_section(
                heading, [card for card, has_data in zip(cards, of_data, strict=True) if has_data == learns]
            )
        self._page.addStretch(1)
        self.shelf = QScrollArea()
        self.shelf.setObjectName("gallery")
        self.shelf.setWidgetResizable(True)
        self.shelf.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shelf.setWidget(page)
        self.shelf.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._close = buttons.button(QDialogButtonBox.StandardButton.Close)
        self._close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 12, 20, 16)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.shelf, 1)
        layout.addLayout(foot)
        resize_within_screen(self, QSize(4 * (WIDTH + 20) + 3 * GAP + 56, 660))
        self._show_tiles(4)
        self._write_words()
        cards[0].setFocus()

    def retranslate(self) -> None:
        self.restyle()
        self._write_words()
        self._set_heights()

    def restyle(self) -> None:
        self._style = replace(window_style(), text_size=TEXT_SIZE)
        self._thumbnails.clear()
        self._wanted = [replace(wanted, style=self._style) for wanted in self._wanted]
        for wanted in self._wanted:
            self._thumbnails.ask(wanted)

    def _write_words(self) -> None:
        self.setWindowTitle(self.tr("Gallery"))
        self._recent_heading.setText(self.tr("Recent"))
        self._heading.setText(self.tr("Experiments worth seeing"))
        self._learning_heading.setText(self._style.words(ModelDefinition.title))
        self._close.setText(self.tr("Close"))
        for entry in entries():
            self.cards[entry.id].set_words(self._style.words(entry.title), self._style.words(entry.line))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._set_heights()

    def _set_heights(self) -> None:
        for _, cards in self._sections:
            height = max(card.needed_height() for card in cards)
            for card in cards:
                card.setFixedHeight(height)

    def _measures(self) -> tuple[int, int, float, Style]:
        return WIDTH, HEIGHT, self.devicePixelRatioF(), self._style

    def _entry_card(self, entry: Entry) -> Card:
        card = Card()
        card.clicked.connect(lambda: self._choose(entry.experiment))
        self._have_made(
            Wanted(entry.id, entry.experiment, entry.view, entry.playhead, *self._measures()), card
        )
        return card

    def _file_card(self, path: Path) -> Card:
        card = Card(path.name, str(path.parent))
        card.clicked.connect(lambda _=False: self._choose(path))
        self._have_made(Wanted(str(path), path, None, None, *self._measures()), card)
        return card

    def _have_made(self, wanted: Wanted, card: Card) -> None:
        self.cards[wanted.key] = card
        self._wanted.append(wanted)
        card.installEventFilter(self)
        self._thumbnails.ask(wanted)

    def _add_section(self, heading: PlainLabel, cards: list[Card]) -> None:
        self._page.addWidget(heading)
        grid = QGridLayout()
        grid.setSpacing(GAP)
        grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._page.addLayout(grid)
        self._sections.append((grid, cards))

    def _show_tiles(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for grid, cards in self._sections:
            for place, card in enumerate(cards):
                grid.addWidget(card, place // columns, place % columns)

    def _show_picture(self, key: str, image: QImage) -> None:
        self.cards[key].show_picture(image, self.devicePixelRatioF())

    def _choose(self, chosen: object) -> None:
        self.accept()
        if isinstance(chosen, Path):
            self.fileChosen.emit(chosen)
        else:
            self.experimentChosen.emit(chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 56 + GAP
        self._show_tiles(max(1, room // (WIDTH + 20 + GAP)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The arrow keys move between the cards as they lie.
        if (
            isinstance(watched, Card)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            directions = {
                Qt.Key.Key_Left: (-1, 0),
                Qt.Key.Key_Right: (1, 0),
                Qt.Key.Key_Up: (0, -1),
                Qt.Key.Key_Down: (0, 1),
            }
            direction = directions.get(Qt.Key(event.key()))
            if direction is not None:
                self._move_from(watched, *direction)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                watched.click()
                return True
        return super().eventFilter(watched, event)

    def _move_from(self, card: Card, right: int, down: int) -> None:
        aim = _place(card, self).center()
        others = [other for other in self.cards.values() if other is not card]

        def far(other: Card) -> float:
            direction = _place(other, self).center() - aim
            along = direction.x() * right + direction.y() * down
            across = abs(direction.x() * down) + abs(direction.y() * right)
            return along + 3 * across if along > 8 else float("inf")

        nearest = min(others, key=far)
        if far(nearest) < float("inf"):
            nearest.setFocus(Qt.FocusReason.TabFocusReason)
            self.shelf.ensureWidgetVisible(nearest)

    def done(self, result: int) -> None:
        self._thumbnails.stop()
        super().done(result)


def _place(card: Card, whole: QWidget) -> QRect:
    return QRect(card.mapTo(whole, card.rect().topLeft()), card.size())
