"""The preview of a formula: typeset, and as a small map or curve. Computed off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.formula.syntax import FormulaError
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.pictures import render
from optexplorer.gui.fields.formula_label import INK
from optexplorer.painting.figure import usual_part
from optexplorer.painting.formula_svg import formula_svg
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed
from optexplorer.scene.samples.landscape_samples import sample_landscape


@dataclass(frozen=True)
class Preview:
    """A formula as mathematics and as a picture, or what is wrong with it."""

    svg: bytes = b""
    image: QImage | None = None
    finite: bool = True
    """Whether the loss is a number anywhere in the domain."""
    starts: bool = True
    """Whether it is one at the start."""
    error: FormulaError | None = None


def preview(definition: FormulaDefinition, style: Style, width: int, height: int, ratio: float) -> Preview:
    """Return what `definition` looks like in a picture of `width` × `height` times `ratio` pixels.

    Takes from milliseconds to seconds; what cannot be differentiated comes back as an error, not as an exception.
    """
    experiment = Experiment(landscape=definition)
    landscape = experiment.resolve_landscape()
    try:
        start = np.array(landscape.start)
        with np.errstate(all="ignore"):
            starts = np.isfinite(landscape.value(start)) and np.isfinite(landscape.gradient(start)).all()
        samples = sample_landscape(landscape, experiment.view)
    except FormulaError as error:
        return Preview(error=error)
    svg = formula_svg(landscape.latex, INK, 16, width)
    scene = Computed(experiment, samples, ()).resolved(0)
    image = render(scene, usual_part(scene.picture), width, height, ratio, style)
    return Preview(svg, image, samples is None or bool(np.isfinite(samples.loss).any()), bool(starts))
