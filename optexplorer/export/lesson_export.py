"""The scenes of a lesson as pictures, and a whole lesson as one film with captions."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.export_jobs import FilmJob, PictureJob, VideoSegment
from optexplorer.export.pictures import Sheet, kind_of
from optexplorer.export.video.encoders import FilmKind
from optexplorer.export.video.film import Motion
from optexplorer.lessons.lesson import Lesson, LessonScene
from optexplorer.lessons.narration import Prose
from optexplorer.painting.figure import Figure, FigurePart, usual_part
from optexplorer.painting.style import Style
from optexplorer.scene.samples.landscape_samples import picture_of

_PARTS: dict[str, FigurePart] = {
    "surface": "surface",
    "map": "map",
    "curve": "curve",
    "network": "network",
    "fit": "fit",
    "chart": "loss",
}
LONGEST = 150
"""Characters of a caption's sentence; a longer one is left out."""
PACE = 16.0
"""Characters that are read in a second."""
LEAST_REST = 2.0
"""Seconds for which the end of a scene rests, at least."""
STEPS_PER_SECOND = 20.0

StyleOf = Callable[[Sheet, Figure], Style]
"""From a sheet and the figure on it to the style of the picture."""


def scene_experiment(scene: LessonScene) -> Experiment:
    """Return the experiment of a scene, in the scene's fog."""
    view = scene.experiment.view.evolve(fog=scene.presentation.fog)
    return scene.experiment.evolve(view=view)


def scene_figure(scene: LessonScene) -> Figure:
    """Return what a scene shows, with its heading and the first sentence of its narration as the caption."""
    parts = tuple(_PARTS[view] for view in scene.presentation.views if view in _PARTS)
    if not parts:
        parts = (usual_part(picture_of(scene.experiment.resolve_landscape(), scene.experiment.view)),)
    told = first_sentence(scene)
    return Figure(parts, True, f"{scene.title}\n{told}" if told else scene.title)


def first_sentence(scene: LessonScene) -> str:
    """Return the first sentence of a scene's narration as plain text; empty if it is long or has formulas."""
    first = next((block for block in scene.narration if isinstance(block, Prose)), None)
    if first is None:
        return ""
    paragraph = re.search(r"<p>(.*?)</p>", first.html, re.DOTALL)
    found = re.match(r".*?(?:[.?!](?=\s|$)|[。？！]|$)", paragraph[1] if paragraph else "", re.DOTALL)
    sentence = found[0] if found else ""
    if "<img" in sentence:
        return ""
    plain = " ".join(html.unescape(re.sub(r"<[^>]*>", "", sentence)).split())
    return plain if len(plain) <= LONGEST else ""


def picture_jobs(
    lesson: Lesson, folder: Path, suffix: str, sheet: Sheet, style_of: StyleOf, *, with_metadata: bool
) -> list[PictureJob]:
    """Return a job for a picture of each scene's end, in `folder`: `ID.LANGUAGE-01.png` and so on."""
    jobs = []
    for number, scene in enumerate(lesson.scenes, 1):
        path = folder / f"{lesson.id}.{lesson.language}-{number:02}{suffix}"
        figure = scene_figure(scene)
        jobs.append(
            PictureJob(
                path,
                kind_of(path),
                scene_experiment(scene),
                figure,
                sheet,
                style_of(sheet, figure),
                scene.presentation.last,
                with_metadata,
            )
        )
    return jobs


def film_job(
    lesson: Lesson, path: Path, kind: FilmKind, sheet: Sheet, fps: float, style_of: StyleOf
) -> FilmJob:
    """Return a job for all scenes of a lesson as one film; each rests long enough to be read."""
    segments = tuple(
        VideoSegment(
            scene_experiment(scene),
            figure := scene_figure(scene),
            Motion(
                scene.presentation.playhead,
                max(scene.presentation.last, scene.presentation.playhead),
                scene.presentation.speed or STEPS_PER_SECOND,
                hold=max(len(figure.caption) / PACE, LEAST_REST),
            ),
        )
        for scene in lesson.scenes
    )
    return FilmJob(path, kind, segments, sheet, fps, style_of(sheet, segments[0].figure))
