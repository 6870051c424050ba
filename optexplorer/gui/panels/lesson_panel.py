"""The panel of the open lesson: narration, question, navigation between scenes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.state.lesson_player import LessonPlayer
from optexplorer.gui.views.narration_view import NarrationView
from optexplorer.lessons.lesson import Choice, LessonScene
from optexplorer.lessons.narration import prose

TYPE = 15.0
"""Height of the narration's type while not presenting, in pixels."""
PRESENTED = (22.0, 19.5, 17.0)
"""The same for the class: the largest with which all can be read without scrolling."""


class LessonPanel(Retranslating, QFrame):
    """Shows the state of a `LessonPlayer`, and signals what the user asks for."""

    nextAsked = Signal()
    backAsked = Signal()
    resumeAsked = Signal()
    closeAsked = Signal()
    answered = Signal(int)
    """The number of the answer, from 1."""
    roomChanged = Signal()
    """What there is to read has become higher or lower."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonPanel")
        self.setMinimumWidth(280)
        self._size = TYPE
        self._presented = False
        self._scene: LessonScene | None = None
        self.lesson_title = PlainLabel(name="subtitle")
        self.close_button = IconButton("mdi6.close", 14)
        self.scene_title = PlainLabel(name="sceneTitle", wrap=True)
        self.narration = NarrationView(fitted=True)
        self.question = QuestionCard()
        self.freed = QFrame()
        self.freed.setObjectName("card")
        self.problem = PlainLabel(name="error", wrap=True)
        self.back, self.next, self.resume = QPushButton(), QPushButton(), QPushButton()
        self.place = PlainLabel(name="hint")
        self._lay_out()
        self.retranslate()
        self.back.clicked.connect(self.backAsked)
        self.next.clicked.connect(self.nextAsked)
        self.close_button.clicked.connect(self.closeAsked)
        self.resume.clicked.connect(self.resumeAsked)
        self.question.answered.connect(self.answered)
        self.narration.shown.connect(self.roomChanged)
        self.question.roomChanged.connect(self.roomChanged)
        self._body.laidOut.connect(self.roomChanged)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lesson"))
        self.narration.setAccessibleName(self.tr("Narration"))
        describe(self.close_button, self.tr("Close the lesson"))
        self._free_words.setText(self.tr("You are exploring freely."))
        for button, text, tip in (
            (self.back, self.tr("Back"), self.tr("The scene before (Page Up)")),
            (self.next, self.tr("Next"), self.tr("The next scene (Page Down)")),
            (self.resume, self.tr("Back to the lesson"), self.tr("Show the scene again as it was")),
        ):
            button.setText(text)
            button.setToolTip(tip)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.lesson_title, 1)
        head.addWidget(self.close_button)
        freed = QHBoxLayout(self.freed)
        freed.setContentsMargins(10, 6, 6, 6)
        self._free_words = PlainLabel(wrap=True)
        freed.addWidget(self._free_words, 1)
        freed.addWidget(self.resume)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.place)
        foot.addStretch(1)
        foot.addWidget(self.next)
        for button in (self.back, self.next, self.resume):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        self._body = LessonBody()
        story = QVBoxLayout(self._body)
        story.setContentsMargins(0, 0, 0, 0)
        story.setSpacing(8)
        for part in (self.scene_title, self.narration, self.question):
            story.addWidget(part)
        story.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("lessonScroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._body)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.freed)
        column.addLayout(foot)

    def needed_height(self) -> int:
        """Return the height in which everything can be read without scrolling."""
        beside = self.sizeHint().height() - self._scroll.sizeHint().height()
        return beside + self._body.sizeHint().height()

    @property
    def drawn(self) -> bool:
        """Whether all that there is to read is on the screen."""
        question = self.question
        answers = [button.view for button in question.buttons]
        return not any(
            view.pending for view in (self.narration, question.text, question.explanation, *answers)
        )

    def present(self, on: bool) -> None:
        """Use large type for presenting, or normal type."""
        if on != self._presented:
            self._presented = on
            self._write(PRESENTED[0] if on else TYPE)
            for part in (self, self.question):
                part.setProperty("presented", on)
            for label in (self.scene_title, self.question.verdict):
                label.setProperty("presented", on)
                label.style().unpolish(label)
                label.style().polish(label)

    def _write(self, size: float) -> None:
        """Write in type of `size` pixels from the next time that a player is shown."""
        self._size = self.question.size_of_type = size
        self._scene = None
        self.question.forget()

    def shrink(self) -> bool:
        """Take the next smaller type for the class; return whether there is one."""
        smaller = [size for size in PRESENTED if size < self._size]
        if self._presented and smaller:
            self._write(smaller[0])
        return self._presented and bool(smaller)

    def show_player(self, player: LessonPlayer) -> None:
        """Show the scene at which `player` is."""
        scene, lesson = player.scene, player.lesson
        self.problem.setText(player.problem)
        self.problem.setVisible(bool(player.problem))
        if scene is None or lesson is None:
            return
        self.lesson_title.setText(lesson.title)
        self.place.setText(f"{player.index + 1} / {len(lesson.scenes)}")
        self.back.setEnabled(player.index > 0)
        self.next.setEnabled(player.upcoming is not None)
        self.freed.setVisible(player.free)
        if scene is not self._scene:
            if self._presented and self._scene is not None:
                self._write(PRESENTED[0])
            self._scene = scene
            self.scene_title.setText(scene.title)
            self.narration.show_blocks(scene.narration, self._size)
        self.question.show_question(player)
        if player.answer is not None:
            # Once the explanation has been drawn and has its height.
            QTimer.singleShot(100, self, lambda: self._scroll.ensureWidgetVisible(self.question, 0, 4))

    def finish(self) -> None:
        """Wait for what is still being drawn: the window is closing."""
        answers = [button.view for button in self.question.buttons]
        for view in (self.narration, self.question.text, self.question.explanation, *answers):
            view.finish()


class LessonBody(QWidget):
    """What there is to read; says so when a new height of a part has reached its layout."""

    laidOut = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lessonBody")

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.laidOut.emit()
        return handled


class QuestionCard(Retranslating, QFrame):
    """A question to the class, its answers as buttons, and after the answer what was right and why."""

    answered = Signal(int)
    roomChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._verdict = ""
        self.size_of_type = TYPE
        """Height of the type, in pixels; for questions that are shown from now on."""
        self._scene: LessonScene | None = None
        self.text = NarrationView(fitted=True)
        self.text.setObjectName("question")
        self.buttons: list[AnswerButton] = []
        self.verdict = PlainLabel(name="verdict")
        self.explanation = NarrationView(fitted=True)
        for view in (self.text, self.explanation):
            view.shown.connect(self.roomChanged)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addLayout(self._answers)
        column.addWidget(self.verdict)
        column.addWidget(self.explanation)

    def forget(self) -> None:
        """Show the question anew, even if it is the same."""
        self._scene = None

    def show_question(self, player: LessonPlayer) -> None:
        """Show the question of the scene at which `player` is, if it has one, and what was answered."""
        scene, answer = player.scene, player.answer
        question = None if scene is None else scene.question
        self.setVisible(question is not None)
        if scene is None or question is None:
            self._scene = scene
            return
        if scene is not self._scene:
            self._scene = scene
            self.text.show_blocks([prose(question.text)], self.size_of_type)
            told = [prose(question.explanation)]
            self.explanation.show_blocks(told, self.size_of_type - 1)
            self._offer(question.answers if isinstance(question, Choice) else ())
        for number, button in enumerate(self.buttons, 1):
            button.setEnabled(answer is None)
            right = isinstance(question, Choice) and number == question.right
            mark = "" if answer is None else "right" if right else "wrong" if number == answer.given else ""
            if button.property("mark") != mark:
                button.setProperty("mark", mark)
                button.style().unpolish(button)
                button.style().polish(button)
        self.explanation.setVisible(answer is not None and bool(question.explanation))
        asks = "click" if player.asks_for_click else ""
        self._verdict = asks if answer is None else "right" if answer.right else "wrong"
        self.retranslate()
        self.verdict.setVisible(bool(self._verdict))

    def retranslate(self) -> None:
        words = {
            "click": self.tr("Click on the picture."),
            "right": self.tr("Right."),
            "wrong": self.tr("Not quite."),
        }
        self.verdict.setText(words.get(self._verdict, ""))

    def _offer(self, answers: tuple[str, ...]) -> None:
        for button in self.buttons:
            button.view.finish()
            button.hide()
            button.deleteLater()
        self.buttons = []
        for number, words in enumerate(answers, 1):
            button = AnswerButton(words, self.size_of_type)
            button.clicked.connect(lambda _=False, number=number: self.answered.emit(number))
            button.view.shown.connect(self.roomChanged)
            self._answers.addWidget(button)
            self.buttons.append(button)


class AnswerButton(QPushButton):
    """An answer to choose; its words flow over several lines and may hold mathematics."""

    def __init__(self, words: str, size: float) -> None:
        super().__init__()
        self.setObjectName("answer")
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view = NarrationView(fitted=True)
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.show_blocks([prose(words)], size - 1)
        row = QVBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.addWidget(self.view)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()
