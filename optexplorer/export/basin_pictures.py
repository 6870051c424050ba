"""Pictures of basin maps alone: the map without a race on it."""

from __future__ import annotations

from math import nan

from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import PictureFormat
from optexplorer.export.pictures import Sheet, picture, text_size
from optexplorer.painting.figure import Figure
from optexplorer.painting.style import Style
from optexplorer.runs.basins import BasinMap
from optexplorer.scene.basins import basin_picture
from optexplorer.scene.palette import THEMES
from optexplorer.scene.samples.landscape_samples import LandscapeSamples
from optexplorer.scene.scene import Scene
from optexplorer.text import Language

USUAL, SMALL = Sheet(1600, 1200), Sheet(760, 480, 2.0)
"""Of pictures in files and in notebooks."""


def basin_file(
    experiment: Experiment,
    samples: LandscapeSamples,
    found: BasinMap,
    kind: PictureFormat,
    sheet: Sheet = USUAL,
    theme: str = "light",
    language: Language = "en",
) -> bytes:
    """Return a basin map over the heights of its landscape as a file of `kind`, which carries the experiment."""
    shown = experiment.evolve(appearance=experiment.appearance.evolve(basins=True))
    style = Style(THEMES[theme], language, text_size(sheet.width, sheet.height))
    return picture(basin_scene(shown, samples, found), Figure(("map",)), sheet, style, kind, shown)


def basin_scene(experiment: Experiment, samples: LandscapeSamples, found: BasinMap) -> Scene:
    """Return the scene of a basin map, without paths and without a start."""
    shown: Appearance = experiment.appearance.evolve(basins=True)
    return Scene(
        samples=samples,
        racer_paths=(),
        start=(nan,) * experiment.resolve_landscape().dimension,
        playhead=0,
        length=0,
        view=experiment.view,
        appearance=shown,
        whole=experiment.resolve_landscape(),
        basins=basin_picture(experiment.evolve(appearance=shown), samples, found),
    )
