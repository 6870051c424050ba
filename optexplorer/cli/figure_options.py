"""The options for the layout and style of pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from optexplorer.cli.plane_option import HELP, with_plane

if TYPE_CHECKING:
    from optexplorer.experiment.appearance import Abscissa, Quantity
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.export.pictures import Sheet
    from optexplorer.painting.figure import Figure, FigurePart
    from optexplorer.painting.style import Style

F = TypeVar("F", bound=Callable[..., Any])
PARTS: dict[str, FigurePart] = {
    "contour": "map",
    "map": "map",
    "surface": "surface",
    "curve": "curve",
    "fit": "fit",
    "network": "network",
    "loss": "loss",
}
CHARTS: dict[str, Quantity] = {
    "loss": "loss",
    "lr": "lr",
    "gradient": "gradient",
    "stability": "stability",
    "accuracy": "accuracy",
}
"""Views over the steps; in a figure the chart shows what the experiment says."""
ABSCISSAS: tuple[Abscissa, ...] = ("steps", "log-steps", "evaluations", "epochs")
WHOLE = "figure"
PRESETS = ("slide", "paper", "poster", "square")


class Size(click.ParamType):  # type: ignore[type-arg]
    """Width and height in pixels, such as `1600x1200`."""

    name = "WIDTHxHEIGHT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,6})[x×]([0-9]{1,6})", value.strip())
        if not found:
            self.fail(f"'{value}' is no size; it should look like 1600x1200", param, ctx)
        return int(found[1]), int(found[2])


class Parts(click.ParamType):  # type: ignore[type-arg]
    """Views with commas between them, such as `surface,contour,loss`."""

    name = "VIEW,VIEW"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[FigurePart, ...]:
        if isinstance(value, tuple):
            return value
        names = [name.strip() for name in value.split(",")]
        for name in names:
            if name not in PARTS:
                self.fail(f"'{name}' is no view; there are {', '.join(PARTS)}", param, ctx)
        parts = tuple(PARTS[name] for name in names)
        if len(set(parts)) < len(parts):
            self.fail(f"'{value}' names a view twice; once is right", param, ctx)
        return parts


_OPTIONS = (
    click.option(
        "--view",
        "views",
        type=click.Choice([*dict.fromkeys([*PARTS, *CHARTS]), WHOLE]),
        multiple=True,
        help="What is shown; repeatable. 'figure' shows several. Without it, the contour map or the curve.",
    ),
    click.option(
        "--parts",
        type=Parts(),
        help="The parts of the figure, in their order; without it, all that the landscape has.",
    ),
    click.option("--plane", metavar="KIND", help=HELP),
    click.option(
        "--over",
        type=click.Choice(ABSCISSAS),
        help="What charts are drawn over; without it, what the experiment says: at first the steps. Evaluations are priced in "
        "gradients: a loss counts as a third of one, a Hessian as one for each coordinate.",
    ),
    click.option(
        "--legend/--no-legend", default=None, help="Name the racers above; without it, only in a figure."
    ),
    click.option("--caption", default="", help="A text below the picture."),
    click.option(
        "--preset", type=click.Choice(PRESETS), help="Size, dpi and type size for a slide, a paper, …"
    ),
    click.option(
        "--size",
        type=Size(),
        help="Of the picture, in pixels; without it, 1600x1200, or 1280x720 for a film.",
    ),
    click.option(
        "--scale", type=float, default=1.0, show_default=True, help="Multiplies the pixels, not the layout."
    ),
    click.option(
        "--dpi",
        type=float,
        help="Pixels per inch, for printing; without it, 96. A preset keeps its size in millimetres.",
    ),
    click.option("--type-size", type=float, help="Height of small type, in pixels of the layout."),
    click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True),
    click.option("--transparent", is_flag=True, help="Leave the background clear."),
    click.option("--language", type=click.Choice(["en", "ja"]), default="en", show_default=True),
)


def figure_options(command: F) -> F:
    """Give a command all options of `FigureOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class FigureOptions:
    """What was asked for about how pictures look."""

    views: tuple[str, ...]
    parts: tuple[FigurePart, ...] | None
    over: Abscissa | None
    plane: str | None
    legend: bool | None
    caption: str
    preset: str | None
    size: tuple[int, int] | None
    scale: float
    dpi: float | None
    type_size: float | None
    theme: str
    transparent: bool
    language: Any

    def check(self) -> None:
        """Raise click.UsageError for what cannot be."""
        if not 0.1 <= self.scale <= 10:
            raise click.UsageError(f"--scale {self.scale:g} is not allowed; 0.1 <= scale <= 10")
        if self.type_size is not None and not 4 <= self.type_size <= 400:
            raise click.UsageError(f"--type-size {self.type_size:g} is not allowed; 4 <= type size <= 400")
        if self.parts is not None and self.views not in ((), (WHOLE,)):
            raise click.UsageError(f"--parts are those of a figure; ask for it with --view {WHOLE}")

    def views_of(self, experiment: Experiment) -> tuple[str, ...]:
        """Return the views to show of an experiment."""
        from optexplorer.scene.samples.landscape_samples import picture_of

        if self.views:
            return self.views
        if self.parts:
            return (WHOLE,)
        picture = picture_of(experiment.resolve_landscape(), experiment.view)
        return ("curve" if picture == "curve" else "contour" if picture == "surface" else "loss",)

    def figure(self, view: str, experiment: Experiment) -> Figure:
        """Return what a view shows of an experiment.

        Raises
        ------
        click.UsageError
            If the landscape has no such view; the message says which it has.
        """
        from optexplorer.painting.figure import OF_LANDSCAPE, Figure, whole_figure
        from optexplorer.scene.fit.resolve_fit import has_fit
        from optexplorer.scene.network.network_absence import absence_of_network
        from optexplorer.scene.samples.landscape_samples import absence_of, picture_of

        landscape = experiment.resolve_landscape()
        picture = picture_of(landscape, experiment.view)
        whole = self.parts or whole_figure(picture, fit=has_fit(landscape)).parts
        parts = whole if view == WHOLE else (PARTS.get(view, "loss"),)
        no_network = absence_of_network(landscape)
        if "network" in parts and no_network is not None:
            raise click.UsageError(no_network.en)
        if "fit" in parts and not has_fit(landscape):
            raise click.UsageError(
                f"{landscape.id} is not made of data, so it has no fit; "
                "ask for --view contour, or for a landscape of a model and data"
            )
        if picture is None and set(parts) & set(OF_LANDSCAPE):
            fit = " or --view fit" if has_fit(landscape) else ""
            raise click.UsageError(f"{absence_of(landscape).en} Ask for --view loss{fit}")
        if picture == "curve" and {"map", "surface"} & set(parts):
            raise click.UsageError(
                f"{landscape.id} has no map and no surface; its view is the curve: --view curve"
            )
        if picture == "surface" and "curve" in parts:
            raise click.UsageError(
                f"{landscape.id} is no curve; its views are the map and the surface: "
                "--view contour or --view surface"
            )
        return Figure(parts, bool(self.legend) if view != WHOLE else self.legend is not False, self.caption)

    def seen(self, experiment: Experiment, view: str) -> Experiment:
        """Return the experiment with its chart showing what `view` asks for, over what was asked for.

        Raises
        ------
        click.UsageError
            If the experiment has no accuracy, or no epochs; the message says why.
        """
        landscape, appearance = experiment.resolve_landscape(), experiment.appearance
        if view == "accuracy" and "accuracy" not in landscape.measures:
            raise click.UsageError(f"--view accuracy: {landscape.id} has no classes to be right about")
        if self.over == "epochs" and not landscape.examples:
            raise click.UsageError(
                f"--over epochs: {landscape.id} is not made of data; --over steps is right"
            )
        if view in CHARTS:
            appearance = appearance.charting(CHARTS[view])
        if self.over is not None:
            appearance = appearance.charted_over(self.over)
        return experiment if appearance is experiment.appearance else experiment.evolve(appearance=appearance)

    def on_plane(self, experiment: Experiment) -> Experiment:
        """Return the experiment on the plane that was asked for, or as it is.

        Raises
        ------
        click.UsageError
            If there is no such plane.
        """
        return experiment if self.plane is None else with_plane(experiment, self.plane)

    def sheet(self, *, film: bool) -> Sheet:
        """Return the size of a picture or a film."""
        from optexplorer.export.pictures import Sheet, check_dpi
        from optexplorer.export.presets import PRESETS

        preset = PRESETS[self.preset] if self.preset else None
        if self.dpi is not None:
            check_dpi(self.dpi)
        if preset is not None and self.size is None:
            # A preset is a size in millimetres: other dots per inch are other pixels of the same layout.
            dpi = preset.dpi if self.dpi is None else self.dpi
            return Sheet(preset.width, preset.height, self.scale * dpi / preset.dpi, dpi)
        usual = (1280, 720) if film else (1600, 1200)
        return Sheet(
            *(self.size or usual),
            self.scale,
            (preset.dpi if preset else 96.0) if self.dpi is None else self.dpi,
        )

    def style(self, sheet: Sheet, figure: Figure) -> Style:
        """Return the style of a picture of `figure` on `sheet`."""
        from optexplorer.export.pictures import text_size
        from optexplorer.export.presets import PRESETS
        from optexplorer.painting.style import Style
        from optexplorer.scene.palette import THEMES

        preset = PRESETS[self.preset] if self.preset and self.size is None else None
        usual = float(preset.text_size) if preset else text_size(sheet.width, sheet.height, len(figure.parts))
        return Style(THEMES[self.theme], self.language, self.type_size or usual, self.transparent)
