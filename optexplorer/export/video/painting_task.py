"""What a painting process is told about a segment of a film: plain data, as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from PySide6.QtGui import QImage

from optexplorer.experiment.appearance import Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import from_json, to_json
from optexplorer.export.video.film import ComputedSegment, Film, Motion, Shot
from optexplorer.export.video.frame_painter import FramePainter
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed
from optexplorer.scene.palette import Theme

TASK_FILE, FRAMES_FILE = "task.json", "frames"
"""In the folder of a painting process: its task, and the pixels of its frames."""
READY = "ready"
"""What a painting process says when it has checked its task."""


@dataclass(frozen=True)
class PaintingTask:
    """Frames of one segment: what is painted, how, and what to check before.

    Attributes
    ----------
    shots : all frames
    width, height : of the frames, in pixels
    descents : the digest of the trajectories; what is computed anew has to be equal
    sample, sample_pixels : the number of a frame, and the digest of its pixels; what is painted anew has to be equal
    """

    experiment: Experiment
    figure: Figure
    style: Style
    shots: tuple[Shot, ...]
    width: int
    height: int
    descents: str
    sample: int
    sample_pixels: str

    def to_json(self) -> str:
        """Return the task as text."""
        return json.dumps(
            {
                "experiment": to_json(self.experiment).decode(),
                "figure": asdict(self.figure),
                "style": asdict(self.style),
                "shots": [[shot.playhead, shot.camera.model_dump()] for shot in self.shots],
                "size": [self.width, self.height],
                "descents": self.descents,
                "sample": self.sample,
                "sample_pixels": self.sample_pixels,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> PaintingTask:
        """Return the task that a text holds.

        Raises
        ------
        ValueError
            If its experiment cannot be read.
        """
        data: dict[str, Any] = json.loads(text)
        figure, style = data["figure"], data["style"]
        width, height = data["size"]
        return cls(
            from_json(data["experiment"].encode()),
            Figure(**{**figure, "parts": tuple(figure["parts"])}),
            Style(**{**style, "theme": Theme(**style["theme"])}),
            tuple(Shot(playhead, Camera(**camera)) for playhead, camera in data["shots"]),
            width,
            height,
            data["descents"],
            data["sample"],
            data["sample_pixels"],
        )

    def painter(self, computed: Computed) -> FramePainter:
        """Return what paints the frames of what has been computed."""
        # Timing is of no interest: the frames are given.
        segment = ComputedSegment(computed, self.figure, Motion())
        film = Film((segment,), self.width, self.height, Fraction(1), self.style)
        return FramePainter(film, segment, self.shots, self.width, self.height)


def descents_digest(computed: Computed) -> str:
    """Return the digest of what pictures show of the trajectories."""
    digest = hashlib.blake2b(digest_size=16)
    for trajectory in computed.trajectories:
        digest.update(b"|")
        if trajectory is not None:
            digest.update(trajectory.loss.tobytes())
            if computed.samples is not None:
                seen = computed.projections.get(trajectory)
                digest.update((trajectory if seen is None else seen.drawn).position.tobytes())
    return digest.hexdigest()


def pixels_digest(image: QImage) -> str:
    """Return the digest of an image's pixels."""
    return hashlib.blake2b(image.constBits(), digest_size=16).hexdigest()
