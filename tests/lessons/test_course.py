"""Every shipped lesson loads in both languages, and each scene shows what its text says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer import lessons
from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.lessons.lesson import Choice, Lesson, LessonScene
from optexplorer.lessons.lint import findings
from optexplorer.lessons.narration import Mathematics, Prose
from optexplorer.painting.formula_svg import validation_message
from optexplorer.text import LANGUAGES, Language
from tests.robustness import START_MOVES, chaotic_racers, paths

BOTH = [(id, language) for id in lessons.ids() for language in LANGUAGES]


@cache
def lesson(id: str, language: Language = "en") -> Lesson:
    return lessons.get(id, language)


def words(scene: LessonScene) -> str:
    """Return all that a scene tells and asks, without its markup."""
    told = " ".join(
        block.latex
        if isinstance(block, Mathematics)
        else re.sub(r"<img[^>]*alt=\"([^\"]*)\">|<[^>]+>", r"\1", block.html)
        for block in scene.narration
    )
    question = scene.question
    asked = "" if question is None else f"{question.text} {question.explanation}"
    answers = " ".join(question.answers) if isinstance(question, Choice) else ""
    return f"{told} {asked} {answers}"


def test_the_course_has_nine_lessons_in_both_languages() -> None:
    assert [id.partition("-")[0] for id in lessons.ids()] == list("123456789")
    assert all(lessons.file_of(id, language).exists() for id, language in BOTH)


@pytest.mark.parametrize(("id", "language"), BOTH)
def test_a_lesson_is_whole(id: str, language: Language) -> None:
    read = lesson(id, language)
    assert (read.id, read.language) == (id, language)
    assert read.summary
    assert 5 <= len(read.scenes) <= 10
    assert any(scene.question for scene in read.scenes)
    assert any(scene.notes for scene in read.scenes)
    assert list(findings(read)) == []
    for scene in read.scenes:
        told = words(scene)
        length = len(told.split()) if language == "en" else len(told)
        assert (40 if language == "en" else 100) <= length <= (220 if language == "en" else 520)
        # What Markdown did not take for emphasis or mathematics would be seen as it was typed.
        narration = "".join(block.html for block in scene.narration if isinstance(block, Prose))
        assert not re.search(r"\*\*|\$|\|", re.sub(r"<[^>]*>", "", narration))
        assert scene.presentation.watch or scene.presentation.play_to


@pytest.mark.no_cover
@pytest.mark.parametrize(("id", "language"), BOTH)
def test_all_mathematics_of_a_lesson_can_be_drawn(id: str, language: Language) -> None:
    formulas = {latex for scene in lesson(id, language).scenes for _, latex in scene.formulas()}
    assert formulas
    assert [reason for latex in formulas if (reason := validation_message(latex))] == []


@pytest.mark.parametrize("id", lessons.ids())
def test_both_languages_have_the_same_scenes(id: str) -> None:
    english, japanese = (lesson(id, language) for language in LANGUAGES)
    assert english.minutes == japanese.minutes
    assert len(english.scenes) == len(japanese.scenes)
    for one, other in zip(english.scenes, japanese.scenes, strict=True):
        assert one.experiment == other.experiment
        assert one.presentation == other.presentation
        assert bool(one.notes) == bool(other.notes)
        # The order of words, and so of the formulas among them, may differ.
        assert sorted(latex for _, latex in one.formulas()) == sorted(latex for _, latex in other.formulas())
        plain = [
            question and question.model_dump(exclude={"text", "answers", "explanation"})
            for question in (one.question, other.question)
        ]
        assert plain[0] == plain[1]
        answers = [
            len(scene.question.answers) if isinstance(scene.question, Choice) else 0 for scene in (one, other)
        ]
        assert answers[0] == answers[1]


@dataclass(frozen=True)
class Shown:
    """A scene, with the descents that it shows."""

    id: str
    number: int
    paths: tuple[Trajectory, ...]

    def end(self, racer: int = 1) -> NDArray[np.float64]:
        return self.paths[racer - 1].position[-1]

    def loss(self, racer: int = 1) -> float:
        return float(self.paths[racer - 1].loss[-1])

    def x(self, racer: int = 1) -> NDArray[np.float64]:
        return self.paths[racer - 1].position[:, 0]

    def first_below(self, level: float, racer: int = 1) -> int | None:
        below = self.paths[racer - 1].loss < level
        return int(below.argmax()) if below.any() else None

    def says(self, *numbers: str) -> bool:
        """Whether both languages name these numbers."""
        texts = [words(lesson(self.id, language).scenes[self.number - 1]) for language in LANGUAGES]
        return all(number in text for number in numbers for text in texts)


@cache
def shown(id: str, number: int, *, moved: float = 0.0, seed: int | None = None) -> Shown:
    """Return a scene with its starts moved, or with another seed of its noise."""
    experiment = lesson(id).scenes[number - 1].experiment
    if seed is not None:
        experiment = experiment.model_copy(update={"seed": seed})
    return Shown(id, number, tuple(paths(experiment, moved)))


Show = Callable[[str, int], Shown]


@pytest.fixture(params=START_MOVES)
def show(request: pytest.FixtureRequest) -> Show:
    """Show scenes: as they are, and with starts moved as far as no claim may notice."""
    return partial(shown, moved=request.param)


def holds_for_most_seeds(claim: Callable[[Shown], bool], id: str, number: int) -> bool:
    """Whether the noise alone makes a scene show what is claimed, not its seed."""
    return sum(claim(shown(id, number, seed=seed)) for seed in range(20)) >= 18


def near(*numbers: float, by: float = 0.01) -> object:
    return pytest.approx(numbers, abs=by)


@pytest.mark.numbers
def test_lesson_1_loss_and_gradient_descent(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("1-gradient-descent", number)

    # The table: input, label, output and error of each of the five points.
    inputs = np.arange(-1, 4)
    labels = 1 + inputs + 0.3 * (-1.0) ** inputs
    assert labels == pytest.approx([-0.3, 1.3, 1.7, 3.3, 3.7])
    assert inputs - labels == pytest.approx([-0.7, -1.3, -0.7, -1.3, -0.7])
    assert scene(1).paths[0].loss[0] == pytest.approx(np.mean((inputs - labels) ** 2))
    assert scene(1).loss() < scene(1).paths[0].loss[0] == pytest.approx(0.97)
    assert scene(2).paths[0].loss[0] == pytest.approx(22.8, abs=0.05)
    assert scene(2).says("0.97", "22.8")
    # Without squares there is no lowest point: the loss falls below zero and goes on falling.
    assert scene(3).loss() < -4
    assert np.all(np.diff(scene(3).paths[0].loss) < 0)
    assert scene(3).paths[0].ending is TerminationReason.STEP_LIMIT
    assert scene(3).paths[0].loss[0] == pytest.approx(scene(3).x()[0] - 1.94)
    assert scene(4).paths[0].gradient[0, 0] == pytest.approx(-16.3, abs=0.05)
    steps = np.diff(scene(5).x())
    assert steps[:3] == near(0.65, 0.49, 0.37)
    assert steps[1:] / steps[:-1] == pytest.approx(0.76)
    assert scene(5).says("0.65", "0.49", "0.37", "0.76")
    assert scene(6).end() == near(1.31)
    assert scene(6).loss() == pytest.approx(0.68, abs=0.005)
    assert scene(6).says("1.31", "0.68")
    assert scene(8).end() == near(1.00, 0.94)
    assert scene(8).loss() == pytest.approx(0.086, abs=0.001)
    assert scene(6).loss() / scene(8).loss() == pytest.approx(8, abs=0.3)


@pytest.mark.numbers
def test_lesson_2_walking_in_fog(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("2-walking-in-fog", number)

    assert scene(3).end() == near(3, 2)
    assert [lesson("2-walking-in-fog").scenes[k].presentation.fog > 0 for k in range(7)] == (
        [True, True, True, False, False, True, False]
    )
    assert scene(5).end(1) == near(3, 2, by=0.05)
    assert scene(5).end(2) == near(-3.8, -3.3, by=0.05)
    ends = [scene(6).end(racer) for racer in range(1, 5)]
    assert min(np.linalg.norm(a - b) for k, a in enumerate(ends) for b in ends[:k]) > 3
    assert scene(7).paths[0].steps == 1
    assert scene(7).paths[0].ending is TerminationReason.CONVERGED
    assert scene(7).loss() == pytest.approx(181.6, abs=0.05)


@pytest.mark.numbers
def test_lesson_3_the_learning_rate(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("3-learning-rate", number)

    assert scene(1).x()[1:] / scene(1).x()[:-1] == pytest.approx(0.8)
    assert scene(2).end() == near(-1.42)
    assert scene(3).x()[1:] / scene(3).x()[:-1] == pytest.approx(-0.8)
    assert np.abs(scene(3).x()) == pytest.approx(np.abs(scene(1).x()))
    arrives, bounces, flies = (scene(4).x(racer) for racer in (1, 2, 3))
    assert abs(arrives[-1]) < 0.01
    assert np.abs(bounces) == pytest.approx(2.6)
    assert abs(flies[-1]) == pytest.approx(45, abs=0.5)
    zigzag, wrecked = scene(5).paths
    assert zigzag.ending is TerminationReason.CONVERGED
    assert np.all(np.diff(np.abs(wrecked.y[:100])) > 0)
    assert abs(wrecked.y[100]) > 2.5
    assert [scene(6).first_below(1e-3, racer) for racer in (1, 2, 3, 4)] == [None, 90, 51, None]
    assert scene(6).says("51", "90")
    assert scene(7).loss(1) == pytest.approx(3.24, abs=0.01)
    leaping = scene(7).paths[1]
    assert leaping.loss.min() < 0.2
    assert np.abs(np.diff(leaping.x[-20:])).max() > 0.5
    elsewhere = shown("3-learning-rate", 7, moved=5e-9).paths[1]
    assert np.abs(leaping.x - elsewhere.x)[:60].max() > 0.5

    def turn(test: Trajectory) -> float:
        return float(test.learning_rate[test.loss.argmin()])

    assert scene(8).paths[0].ending is TerminationReason.DIVERGED
    assert turn(scene(8).paths[0]) == pytest.approx(0.12, abs=0.005)
    assert holds_for_most_seeds(lambda seen: 0.1 < turn(seen.paths[0]) < 0.17, "3-learning-rate", 8)
    assert [scene(9).first_below(1e-3, racer) for racer in (1, 2, 3)] == [51, 37, 9]
    assert scene(9).says("51", "37", "9")


@pytest.mark.numbers
def test_lesson_4_local_and_global_minima(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("4-local-and-global-minima", number)

    assert scene(1).end() == near(1.86)
    assert scene(1).loss() == pytest.approx(1.48, abs=0.005)
    assert scene(2).end(1) == near(-2.11)
    assert scene(2).loss(1) == pytest.approx(0.49, abs=0.005)
    assert scene(2).end(2) == near(1.86)
    for racer, place in enumerate([(1.25, 0.89), (-1.21, -0.84), (1.25, 0.89), (-1.21, -0.84)], 1):
        assert scene(3).end(racer) == near(*place)
    assert sorted(round(scene(4).loss(racer), 2) for racer in (1, 2, 3, 4)) == [-2.32, -2.32, -0.98, -0.98]
    assert all(path.gradient_norm[-1] < 1e-4 for path in scene(4).paths)
    assert scene(5).x(2)[1] == pytest.approx(-0.8, abs=0.01)
    assert np.sort(scene(6).x(2)[-2:]) == near(-2.39, -1.66)
    assert scene(6).paths[1].ending is TerminationReason.STEP_LIMIT
    curvature = landscapes.get("loss-curve-1d").hessian(np.array([-2.1149]))[0, 0]
    assert 2 / curvature == pytest.approx(0.85, abs=0.005)
    assert scene(7).end(3) == near(-2.11)
    assert scene(7).paths[2].ending is TerminationReason.CONVERGED
    assert scene(7).end(1) == near(1.86)
    assert [round(scene(8).loss(racer)) for racer in (1, 2, 3, 4)] == [-50, -64, -64, -78]


@pytest.mark.numbers
def test_lesson_5_stochastic_gradient_descent(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("5-stochastic-gradient-descent", number)

    minimum = np.array([1.0, 0.94])

    def distances(path: Trajectory) -> NDArray[np.float64]:
        return np.asarray(np.linalg.norm(path.position - minimum, axis=1))

    def robust(claim: Callable[[Shown], bool], number: int) -> bool:
        return holds_for_most_seeds(claim, "5-stochastic-gradient-descent", number)

    assert distances(scene(1).paths[0])[-1] < 0.001
    assert np.all(np.diff(scene(1).paths[0].loss) < 0)
    assert np.any(np.diff(scene(2).paths[1].loss) > 0)
    assert distances(scene(2).paths[1])[-1] < 1
    assert robust(lambda seen: distances(seen.paths[1])[-1] < 1, 2)
    ends = np.array([path.position[-1] for path in scene(3).paths])
    assert min(np.linalg.norm(ends - minimum, axis=1)) > 0.01
    assert ends.mean(axis=0) == near(0.90, 0.98)
    assert np.linalg.norm(ends.mean(axis=0) - minimum) < np.linalg.norm(ends - minimum, axis=1).mean() / 1.5
    assert robust(lambda seen: min(distances(path)[-1] for path in seen.paths) > 0.001, 3)
    assert distances(scene(4).paths[1])[-50:].mean() == pytest.approx(0.3, abs=0.05)
    assert robust(lambda seen: bool(0.2 < distances(seen.paths[1])[-50:].mean() < 0.5), 4)
    assert distances(scene(4).paths[0])[-1] < 0.001

    def calms_or_freezes(seen: Shown) -> bool:
        constant, falling, frozen = (distances(path) for path in seen.paths)
        wandering = constant[-50:].mean()
        return bool(
            wandering > 0.4
            and falling[-50:].mean() < min(0.3, wandering / 1.8)
            and frozen[-1] > 0.4
            and np.ptp(frozen[-50:]) < 1e-6
        )

    assert calms_or_freezes(scene(5))
    assert robust(calms_or_freezes, 5)
    assert distances(scene(5).paths[2])[-1] == pytest.approx(1.25, abs=0.01)
    assert scene(6).loss(1) == pytest.approx(-0.19, abs=0.005)
    assert scene(6).loss(2) < -1.5
    assert robust(lambda seen: seen.loss(2) < -1.5, 6)
    assert scene(7).loss(1) == pytest.approx(18, abs=0.1)
    assert scene(7).loss(2) == pytest.approx(18, abs=1)

    def stays(seen: Shown) -> bool:
        return bool(np.all(np.abs(seen.paths[1].position[10:] - 2.98) < 0.5))

    assert stays(scene(7))
    assert robust(stays, 7)


@pytest.mark.numbers
def test_lesson_6_momentum(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("6-momentum", number)

    assert scene(1).first_below(0.01) == 25
    assert [scene(2).first_below(0.01, racer) for racer in (1, 2, 3)] == [172, 37, 25]
    assert scene(2).says("25", "37", "172")
    slow, fast = (np.abs(np.diff(scene(3).x(racer))) for racer in (1, 2))
    assert slow == pytest.approx(0.01)
    assert fast[0] == pytest.approx(0.01)
    assert fast[40] == pytest.approx(0.1, abs=0.002)
    assert scene(4).end(1) == near(1.25, 0.89)
    assert scene(4).end(2) == near(-1.21, -0.84, by=0.02)
    assert scene(5).x().max() == pytest.approx(1.7, abs=0.05)
    assert np.any(np.diff(scene(5).paths[0].loss) > 0)
    assert scene(6).first_below(1e-3, 1) == 56
    assert scene(6).x(3).max() == pytest.approx(3.7, abs=0.05)
    assert scene(6).loss(3) == pytest.approx(0.64, abs=0.01)
    assert [scene(7).first_below(1e-3, racer) for racer in (1, 2)] == [56, 41]
    assert scene(7).x(2).max() == pytest.approx(1.3, abs=0.05)
    assert scene(8).loss(1) == pytest.approx(-2.00, abs=0.01)
    assert scene(8).loss(2) == pytest.approx(0, abs=0.01)


@pytest.mark.numbers
def test_lesson_7_from_adagrad_to_rmsprop(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("7-adagrad-to-rmsprop", number)

    assert scene(1).first_below(0.01) == 191
    assert scene(2).first_below(0.01, 2) == 24
    assert scene(2).paths[1].position[1] == near(-3.5, 0.5)
    adagrad = scene(3).paths[0]
    assert np.abs(adagrad.gradient[0]).max() > 100
    assert scene(3).end()[0] == pytest.approx(-2.0, abs=0.01)
    assert np.all(np.diff(np.abs(np.diff(adagrad.x[10:]))) < 0)
    assert scene(4).first_below(0.01, 2) == 238
    assert scene(4).end(2)[0] == pytest.approx(4, abs=0.01)
    assert [scene(5).first_below(0.01, racer) for racer in (1, 2, 3)] == [182, 238, None]
    gentle, steep = scene(6), scene(7)
    assert all(path.loss[-1] < 0.01 for path in gentle.paths)
    assert steep.paths[0].ending is TerminationReason.DIVERGED
    assert abs(steep.paths[0].y[1]) > 2.5
    assert steep.paths[1].position == pytest.approx(gentle.paths[1].position, abs=1e-6)
    coarse, fine = (np.abs(path.position[-20:]) for path in scene(8).paths)
    assert coarse.min() > 0.2
    assert coarse.max() < 0.3
    assert fine.max() < 0.1


@pytest.mark.numbers
def test_lesson_8_adam(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("8-adam", number)

    assert scene(1).loss() < 0.01
    raw, corrected = (np.diff(scene(2).x(racer)) for racer in (1, 2))
    assert raw[0] == pytest.approx(0.63, abs=0.005)
    assert raw[0] / corrected[0] == pytest.approx(3.16, abs=0.01)
    assert corrected[0] == pytest.approx(0.2, abs=1e-6)
    assert scene(3).x(1).max() == pytest.approx(1.6, abs=0.05)
    assert scene(3).x(2).max() == pytest.approx(0.57, abs=0.005)
    plateau = scene(4)
    assert np.linalg.norm(plateau.end(1) - plateau.paths[0].position[0]) == pytest.approx(0.6, abs=0.05)
    assert plateau.first_below(0.01, 2) == 54
    assert scene(5).paths[0].ending is TerminationReason.DIVERGED
    assert scene(5).paths[0].steps + 1 == 2
    assert scene(5).paths[1].position == pytest.approx(scene(6).paths[1].position, abs=1e-5)
    assert [scene(6).first_below(1e-3, racer) for racer in (1, 2)] == [6, 79]
    assert scene(6).x(2).max() == pytest.approx(0.85, abs=0.005)
    descent, adam, amsgrad = (scene(7).end(racer)[1] for racer in (1, 2, 3))
    assert descent < 0 < amsgrad < adam
    # AMSGrad stays level once it has seen a pulse.
    assert np.ptp(scene(7).paths[2].y[100:]) < 0.2 < np.ptp(scene(7).paths[1].y[100:])
    creeping, momentum, rmsprop, adam = (scene(8).first_below(0.01, racer) for racer in (1, 2, 3, 4))
    assert creeping is None
    assert rmsprop is None
    assert momentum is not None
    assert adam is not None
    assert momentum < adam


@pytest.mark.numbers
def test_lesson_9_schedules_and_warm_up(show: Show) -> None:
    def scene(number: int) -> Shown:
        return show("9-schedules-and-warm-up", number)

    def last(path: Trajectory) -> float:
        return float(path.loss[-40:].mean())

    def robust(claim: Callable[[Shown], bool], number: int) -> bool:
        return holds_for_most_seeds(claim, "9-schedules-and-warm-up", number)

    def is_compromise(seen: Shown) -> bool:
        thrown, calm = seen.paths
        arrival = seen.first_below(0.5, 1)
        return bool(arrival is not None and arrival <= 22 and last(thrown) > 1 and calm.x[-40:].mean() < -0.5)

    assert is_compromise(scene(1))
    assert robust(is_compromise, 1)
    assert last(scene(1).paths[0]) == pytest.approx(1.8, abs=0.05)
    assert scene(1).says("1.8")

    def comes_to_rest(seen: Shown) -> bool:
        thrown, calm, falling = seen.paths
        arrival = seen.first_below(0.5, 3)
        return bool(
            arrival is not None and arrival <= 25 and last(falling) < min(last(thrown) / 4, last(calm) / 1.5)
        )

    assert comes_to_rest(scene(2))
    assert robust(comes_to_rest, 2)
    assert last(scene(2).paths[2]) == pytest.approx(0.07, abs=0.005)
    assert scene(2).says("0.07")
    rates = [path.learning_rate for path in scene(3).paths]
    assert all(rate[0] == pytest.approx(0.1) for rate in rates)
    assert rates[0][50] == pytest.approx(0.03)
    assert rates[1][1] == pytest.approx(0.097)
    assert rates[2][-1] == pytest.approx(0, abs=1e-4)
    early, late = scene(4).paths
    assert early.x[-1] == pytest.approx(-2.1, abs=0.05)
    assert early.loss[-1] == pytest.approx(2.3, abs=0.05)
    assert abs(early.gradient[-1, 0]) > 1
    assert late.loss[-1] < 1e-4
    quick = scene(5).paths[0]
    assert quick.x[:2] == near(-1.7, 2.2, by=0.05)
    assert (quick.ending, quick.steps + 1) == (TerminationReason.DIVERGED, 4)
    warmed, careful = scene(6).paths[1:]
    assert warmed.learning_rate[0] == pytest.approx(0.01)
    assert warmed.learning_rate[20] == pytest.approx(0.2)
    assert careful.loss[-1] / warmed.loss[-1] == pytest.approx(77, abs=0.5)
    assert scene(7).paths[0].learning_rate.argmax() == 20

    def rests_beside_the_minimum(seen: Shown) -> bool:
        position = seen.paths[0].position
        return bool(np.ptp(position[-5:], axis=0).max() < 0.05 and seen.loss() < 0.4)

    assert rests_beside_the_minimum(scene(7))
    assert robust(rests_beside_the_minimum, 7)
    assert scene(8).loss(1) == pytest.approx(3.24, abs=0.01)
    assert scene(8).loss(2) == pytest.approx(0.03, abs=0.005)


CHAOTIC = {("3-learning-rate", 7): [2]}
"""Of these scenes' racers, only what holds for all their paths may be said."""


@pytest.mark.parametrize("id", lessons.ids())
def test_only_what_is_shown_as_chaotic_depends_on_rounding(id: str) -> None:
    found = {
        (id, number): racers
        for number, scene in enumerate(lesson(id).scenes, 1)
        if (racers := chaotic_racers(scene.experiment))
    }
    assert found == {place: racers for place, racers in CHAOTIC.items() if place[0] == id}


@pytest.mark.parametrize("id", lessons.ids())
def test_a_click_is_right_where_the_text_says(id: str) -> None:
    for scene in lesson(id).scenes:
        target = scene.target()
        if target is None:
            continue
        assert scene.question is not None
        numbers = [
            float(number.replace("−", "-"))
            for number in re.findall(r"[-−]?\d+(?:\.\d+)?", scene.question.explanation)
        ]
        assert any(abs(number - target[0]) < 0.05 for number in numbers)
