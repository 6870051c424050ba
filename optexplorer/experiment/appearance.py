"""The appearance of an experiment: camera, colours and marks. Nothing that is computed depends on it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator

from optexplorer.experiment.frozen_model import FrozenModel
from optexplorer.experiment.plane import Coordinate

Number = Annotated[int, Field(ge=0, le=10_000)]
"""The number of a racer or of a phase, from 0."""
Parameter = Annotated[int, Field(ge=0, le=1_000_000)]
"""The place of a weight in the vector of all parameters, from 0."""
ExampleRef = Number | Literal["mean"]
"""The place of an example in the mini-batch of the step, from 0; or the mean of all of them."""
Quantity = Literal["loss", "lr", "gradient", "stability", "accuracy"]
"""What is charted: loss, learning rate, the norm of the gradient, the largest curvature beside the limit that the
optimizer sets to it, or the share of examples whose class is found."""
Abscissa = Literal["steps", "log-steps", "evaluations", "epochs"]
"""What it is charted over: steps, their logarithm, the gradients evaluated so far, or the passes through the data."""
CloudOf = Literal["starts", "seeds"]
"""In what the descents of a cloud differ."""
Charted = Annotated[float, Field(ge=-1e300, le=1e300)]
Range = tuple[Charted, Charted]
_NARROWEST = 1e-9
"""The narrowest part of a chart that is shown, as a share of the size of its numbers."""


class Camera(FrozenModel):
    """Where the surface is seen from.

    Angles in degrees: azimuth counter-clockwise from the x axis, elevation above the horizon. `distance` and
    `centre` in the units of the box in which the surface is drawn, whose sides run from −1 to 1.
    """

    azimuth: float = Field(-120.0, ge=-1e6, le=1e6)
    elevation: float = Field(47.0, ge=-90, le=90)
    distance: float = Field(4.75, ge=0.5, le=50)
    centre: tuple[Coordinate, Coordinate, Coordinate] = (0.0, 0.0, -0.26)


class Appearance(FrozenModel):
    """How an experiment is drawn.

    `anatomy` shows how a step is made, of the racers with the numbers `anatomy_racers` (the first if empty), up to
    its phase number `phase` (None: all of it). The racer `spotlight` stands out, the others are faint. `curvature`
    shows the quadratic model at the head of that racer, or of the first. `chart_span` is the part of the chart's
    abscissa that is seen, `chart_values` the part of its ordinate (of losses above an offset, above that); None for all.
    `fit` shows the data and what is predicted of them; None where there are data.

    Where there are data, three marks belong to the racer in the spotlight or the first with mini-batches:
    `batch_surface` lays the losses of its present mini-batch over those of all examples, `example_gradients` draws the
    gradients of single examples at its head as arrows, `gradient_ellipse` their mean and spread.

    `basins` colours every point of the map by the minimum that the racer `basin_racer` (None: the one in the spotlight or
    the first) reaches from there, over heights that shine through as far as `basin_opacity` lets them.

    `cloud` shows `cloud_count` descents of the racer `cloud_racer` (None: as above), which differ in their starts or in
    their seeds: the starts are normally distributed around its own, with the standard deviation `cloud_spread` in half
    widths of the domain.

    `network` shows the network of the racer whose anatomy comes first, with the values of the example
    `network_example`. The weight `network_weight` is selected (None: the one with the largest gradient of that
    example): its numbers are written out in the anatomy.
    """

    camera: Camera = Camera()
    colour_map: Literal["terrain", "viridis", "cividis", "grey"] = "terrain"
    gradient_arrows: bool = False
    minima: bool = True
    curvature: bool = False
    batch_surface: bool = False
    example_gradients: bool = False
    gradient_ellipse: bool = False
    basins: bool = False
    basin_racer: Number | None = None
    basin_opacity: float = Field(0.8, ge=0.1, le=1)
    cloud: bool = False
    cloud_racer: Number | None = None
    cloud_of: CloudOf = "starts"
    cloud_count: int = Field(64, ge=2, le=512)
    cloud_spread: float = Field(0.05, gt=0, le=1)
    chart: Quantity = "loss"
    abscissa: Abscissa = "steps"
    chart_span: Range | None = None
    chart_values: Range | None = None
    anatomy: bool = False
    anatomy_racers: tuple[Number, ...] = Field((), max_length=2)
    phase: Number | None = None
    spotlight: Number | None = None
    network: bool = False
    network_example: ExampleRef = 0
    network_weight: Parameter | None = None
    fit: bool | None = None

    @field_validator("chart_span", "chart_values")
    @classmethod
    def _has_room(cls, ends: Range | None) -> Range | None:
        if ends is not None and not ends[1] - ends[0] > _NARROWEST * max(abs(ends[0]), abs(ends[1])):
            raise ValueError(f"it needs low < high with room between them, not {ends[0]:g} and {ends[1]:g}")
        return ends

    def charting(self, quantity: Quantity) -> Self:
        """Return the appearance with a chart of `quantity`: of another one, all of its values are seen."""
        if quantity == self.chart:
            return self
        return self.evolve(chart=quantity, chart_values=None)

    def charted_over(self, abscissa: Abscissa) -> Self:
        """Return the appearance with a chart over `abscissa`: of another one, all of it is seen."""
        if abscissa == self.abscissa:
            return self
        return self.evolve(abscissa=abscissa, chart_span=None)

    def with_whole_chart(self) -> Self:
        """Return the appearance with all of the chart in sight."""
        return self.evolve(chart_span=None, chart_values=None)
