"""Plays a lesson: keeps the current scene, the answers, and the scene to return to after free experimenting."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from optexplorer.atomic_write import write_atomically
from optexplorer.bounded_input import RefusedFileError, read_bounded
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.file_thread import reason
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.lessons.lesson import Choice, Click, Lesson, LessonScene
from optexplorer.lessons.reading import MOST_BYTES, read_lesson
from optexplorer.lessons.toml_block import LessonError
from optexplorer.lessons.visibility_editing import with_visibility
from optexplorer.resource_files import resources

SETTLE = 150
"""Milliseconds after which a file that was being written is read again."""


@dataclass(frozen=True)
class Answer:
    """What was answered to a scene's question: an answer by its number from 1, or a point.

    `target` is where the click would have been right; None for a choice.
    """

    given: int | tuple[float, ...]
    right: bool
    target: tuple[float, ...] | None = None


class LessonPlayer(QObject):
    """Holds the open lesson. The store holds what its scene shows."""

    changed = Signal()
    """Another lesson, scene or answer; or the user has left the scene, or come back to it."""
    leftBehind = Signal(object, bool)
    """The experiment that the user had made of a scene when the lesson was closed, and whether it has a landscape that
    was painted or written there; one that has whenever the scene is left."""

    def __init__(self, store: Store, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._playback = store, playback
        self.lesson: Lesson | None = None
        self.path: Path | None = None
        self.index = 0
        self.free = False
        """Whether the user has changed what the scene shows, to play with it."""
        self.answer: Answer | None = None
        self.problem = ""
        """What is wrong with the lesson's file, and in which line; empty if nothing is."""
        self._left_at = 0
        self._speeds: tuple[float, float] | None = None
        """The speed of playback from before the lesson, and the one that the lesson has set."""
        self._before: Experiment | None = None
        self._entering = False
        self._written = b""
        self._clicked: tuple[LessonScene, tuple[float, ...]] | None = None
        self._targets = LatestTask(self)
        self._targets.finished.connect(self._judge)
        self._files = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self._reload)
        self._files.fileChanged.connect(lambda _: self._settle.start())
        self._files.directoryChanged.connect(self._look_for_file)
        store.changed.connect(self._notice)

    @property
    def scene(self) -> LessonScene | None:
        """The scene that the lesson is at; None without a lesson."""
        return None if self.lesson is None else self.lesson.scenes[self.index]

    @property
    def before(self) -> Experiment | None:
        """What was on the screen before the lesson, and will be again after it; None without a lesson."""
        return self._before

    @property
    def upcoming(self) -> LessonScene | None:
        """The scene after this one; None at the end."""
        if self.lesson is None or self.index + 1 >= len(self.lesson.scenes):
            return None
        return self.lesson.scenes[self.index + 1]

    def open(self, path: Path, index: int = 0) -> None:
        """Open the lesson in a file at its scene `index`.

        Raises
        ------
        optexplorer.lessons.toml_block.LessonError
            If the file holds no lesson.
        OSError
            If it cannot be read. In both cases everything stays as it was.
        """
        lesson = read_lesson(path)
        self._leave()
        if self.lesson is None:
            self._before = self._store.experiment
            self._store.set_history_aside()
        self._watch(path)
        self.lesson, self.path, self.problem = lesson, path, ""
        self.go(index)

    def translate(self, path: Path) -> None:
        """Go on with the same lesson in another language: answer, changes and playhead stay.

        Raises
        ------
        optexplorer.lessons.toml_block.LessonError
            If the file holds no lesson.
        OSError
            If it cannot be read.
        """
        lesson = read_lesson(path)
        if self.lesson is None or len(lesson.scenes) != len(self.lesson.scenes):
            self.open(path, self.index)
            return
        self._watch(path)
        self.lesson, self.path, self.problem = lesson, path, ""
        self.changed.emit()

    @property
    def made(self) -> Experiment | None:
        """What the user has made of the scene; None if it is as the lesson has it."""
        return self._store.experiment if self.free else None

    @property
    def made_landscape(self) -> Experiment | None:
        """What the user has made of the scene if a landscape was painted or written in it, or else None."""
        made = self.made
        if made is None or self.scene is None or isinstance(made.landscape, str):
            return None
        return made if made.landscape != self.scene.experiment.landscape else None

    @property
    def own_speed(self) -> float:
        """The speed of playback that the user has chosen; a lesson's is for this lesson only."""
        speed = self._playback.speed
        return self._speeds[0] if self._speeds is not None and speed == self._speeds[1] else speed

    def pause(self) -> None:
        """Pause playback."""
        self._playback.pause()

    def stop(self) -> None:
        """Drop running work before the program closes."""
        self._targets.forget()

    def close(self) -> None:
        """Close the lesson and bring back the experiment from before it."""
        if self.lesson is None:
            return
        self._watch(None)
        made, has_landscape = self.made, self.made_landscape is not None
        self.lesson, self.path, self.index, self.free, self.answer = None, None, 0, False, None
        self.problem = ""
        self._playback.set_speed(self.own_speed)
        self._speeds = None
        if self._before is not None:
            # The scenes are no steps of the person's own work: undo after the lesson never leads back into it.
            self._store.take_history_back(self._before)
        self._before = None
        self.changed.emit()
        if made is not None:
            self.leftBehind.emit(made, has_landscape)

    def next(self) -> None:
        """Go to the next scene."""
        self.go(self.index + 1)

    def back(self) -> None:
        """Go to the scene before."""
        self.go(self.index - 1)

    def go(self, index: int) -> None:
        """Show the scene `index`, clamped to the scenes that exist."""
        if self.lesson is None:
            return
        self._leave()
        self.index = min(max(index, 0), len(self.lesson.scenes) - 1)
        self.answer = None
        self._enter(self.lesson.scenes[self.index])

    def resume(self) -> None:
        """Return to the scene as it was before the user changed it."""
        scene = self.scene
        if scene is None or not self.free:
            return
        self._leave()
        self._put(scene)
        self._playback.pause()
        self._playback.aim(self._left_at)
        self.changed.emit()

    def edit_visibility(self, hidden: Collection[str], locked: Collection[str]) -> str:
        """Write into the lesson's file which parts the scene hides and locks; return the error, empty if none.

        It is written into the lesson's file, but for the lessons that come with the program: those keep it until
        they are closed.
        """
        lesson, path, scene = self.lesson, self.path, self.scene
        if lesson is None or path is None or scene is None:
            return ""
        if not path.is_relative_to(resources()):
            try:
                text = with_visibility(
                    read_bounded(path, MOST_BYTES).decode("utf-8"), self.index, hidden, locked
                )
                self._written = text.encode("utf-8")
                write_atomically(path, self._written)
            except (LessonError, RefusedFileError, OSError, UnicodeDecodeError) as error:
                return f"{path.name}: {error}"
        update = {"hidden": tuple(sorted(hidden)), "locked": tuple(sorted(locked))}
        changed = replace(scene, presentation=scene.presentation.model_copy(update=update))
        scenes = (*lesson.scenes[: self.index], changed, *lesson.scenes[self.index + 1 :])
        self.lesson = replace(lesson, scenes=scenes)
        return ""

    def choose(self, number: int) -> None:
        """Answer the scene's question with the answer `number`, counted from 1; then the scene plays."""
        scene = self.scene
        if scene is not None and isinstance(scene.question, Choice) and self.answer is None:
            self._set_answer(scene, Answer(number, number == scene.question.right))

    def click(self, point: tuple[float, ...]) -> None:
        """Answer the scene's question with a point of the landscape; then the scene plays."""
        scene = self.scene
        if scene is None or not isinstance(scene.question, Click) or self.answer is not None:
            return
        if len(point) != scene.experiment.resolve_landscape().dimension:
            # It was meant for the scene before.
            return
        self._clicked = (scene, point)
        # Where a racer will be costs a descent.
        self._targets.run_stoppable(scene.target)

    @property
    def asks_for_click(self) -> bool:
        """Whether a click on the landscape is the answer that is waited for."""
        scene = self.scene
        return scene is not None and isinstance(scene.question, Click) and self.answer is None

    def _judge(self, target: tuple[float, ...] | None) -> None:
        if self._clicked is None or target is None:
            return
        (scene, point), self._clicked = self._clicked, None
        if scene is self.scene and isinstance(scene.question, Click):
            right = math.dist(point, target) <= scene.question.tolerance
            self._set_answer(scene, Answer(point, right, target))

    def _set_answer(self, scene: LessonScene, answer: Answer) -> None:
        self.answer = answer
        self.changed.emit()
        self._play(scene)

    def _leave(self) -> None:
        """Say what the user had made of the scene, before another is shown in its place."""
        made, self.free = self.made_landscape, False
        if made is not None:
            self.leftBehind.emit(made, True)

    def _enter(self, scene: LessonScene) -> None:
        self._playback.pause()
        self._put(scene)
        self._playback.aim(scene.presentation.playhead)
        if scene.presentation.speed is not None:
            before = self.own_speed
            self._playback.set_speed(scene.presentation.speed)
            self._speeds = before, self._playback.speed
        self.changed.emit()
        if scene.question is None:
            self._play(scene)

    def _put(self, scene: LessonScene) -> None:
        self._entering = True
        self.free = False
        presentation = scene.presentation
        view = scene.experiment.view.evolve(fog=presentation.fog)
        shown = {view: view in presentation.views for view in ("anatomy", "fit", "network")}
        appearance = scene.experiment.appearance.evolve(**shown)
        experiment = scene.experiment.evolve(view=view, appearance=appearance)
        self._store.replace(experiment, lambda: self.tr("Lesson: {0}").format(scene.title))
        self._entering = False

    def _play(self, scene: LessonScene) -> None:
        last = scene.presentation.play_to
        if last is not None and last > scene.presentation.playhead:
            self._playback.play_until(last)

    def _notice(self, experiment: Experiment) -> None:
        scene = self.scene
        if scene is None or self._entering or self.free:
            return
        if experiment.seen_as(scene.experiment) != scene.experiment:
            self._left_at = self._playback.step
            self.free = True
            self.changed.emit()

    # The file, while it is being written

    def _watch(self, path: Path | None) -> None:
        watched = [*self._files.files(), *self._files.directories()]
        if watched:
            self._files.removePaths(watched)
        if path is not None:
            # A file that is deleted and written again is no longer watched itself.
            self._files.addPaths([str(path), str(path.parent)])

    def _look_for_file(self) -> None:
        if self.path is not None and str(self.path) not in self._files.files() and self.path.exists():
            self._settle.start()

    def _reload(self) -> None:
        if self.path is None:
            return
        # Editors that replace a file by a new one end the watch on it.
        self._watch(self.path)
        try:
            if read_bounded(self.path, MOST_BYTES) == self._written:
                return
            # Should it ever hold that again, somebody else has written it.
            self._written = b""
            lesson = read_lesson(self.path)
        except (LessonError, RefusedFileError, OSError) as error:
            self.problem = validation_message(self.path, error)
            self.changed.emit()
            return
        self._leave()
        self.lesson, self.problem = lesson, ""
        self.index = min(self.index, len(lesson.scenes) - 1)
        self._enter(lesson.scenes[self.index])


def validation_message(path: Path, error: LessonError | RefusedFileError | OSError) -> str:
    """Return in one line what is wrong with a lesson's file, and where."""
    if isinstance(error, LessonError):
        return f"{path.name}:{error.line}: {error.message}"
    return f"{path.name}: {reason(error)}"
