"""Colours of racers, of heights and of the two themes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.optimizers.terms import Role

RACER_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A4FBF", "#8C8C8C")
"""Okabe & Ito (2008), told apart by colour-blind people; then two that keep their distance."""

CLASS_COLOURS = {
    "light": ("#0077BB", "#EE7733", "#009988", "#EE3377", "#33BBEE", "#CC3311", "#8C8C8C"),
    "dark": ("#4FA9E6", "#F5985A", "#2FBFAE", "#F7729F", "#8ADCF7", "#E8694D", "#B4B4B4"),
}
"""Of the classes of data, by the theme's name: Tol (2021), "vibrant", told apart by colour-blind people, and lighter ones
of the same hues; marks of other shapes help."""

FADED = "#A3AAB3"


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, as `#rrggbb`."""

    name: str
    window: str
    panel: str
    field: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str
    canvas: str
    """Behind maps, surfaces and charts."""
    grid: str
    casing: str
    """Around paths, so that they stand out from any background."""
    line: str
    """Contour lines; drawn with `line_alpha`."""
    line_alpha: float


LIGHT = Theme(
    name="light",
    window="#F4F5F7",
    panel="#FFFFFF",
    field="#FFFFFF",
    border="#D5D9E0",
    text="#1B2430",
    muted="#5B6676",
    accent="#0B62C4",
    on_accent="#FFFFFF",
    danger="#B3261E",
    canvas="#FFFFFF",
    grid="#E3E6EB",
    casing="#FFFFFF",
    line="#1B2F4A",
    line_alpha=0.35,
)
DARK = Theme(
    name="dark",
    window="#14181F",
    panel="#1C222B",
    field="#242B36",
    border="#38414E",
    text="#E8ECF2",
    muted="#9BA7B7",
    accent="#5AA9FF",
    on_accent="#0A1420",
    danger="#FF8A80",
    canvas="#12161C",
    grid="#2C3440",
    casing="#EAF0F7",
    line="#DCE6F2",
    line_alpha=0.28,
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}

ROLE_COLOURS: dict[str, dict[Role, str]] = {
    "light": {
        "gradient": "#B94700",
        "derived_gradient": "#B94700",
        "decayed_gradient": "#5F6B7A",
        "weight_decay": "#5F6B7A",
        "first_moment": "#0062A3",
        "corrected_first_moment": "#0062A3",
        "second_moment": "#8A5A00",
        "corrected_second_moment": "#8A5A00",
        "scale": "#6B48B8",
        "point": "#006B8F",
        "look_around_point": "#006B8F",
        "curvature": "#5A5F2C",
        "direction": "#00704F",
        "rate": "#3B4656",
        "factor": "#3B4656",
        "last_step": "#A8326E",
        "step": "#A8326E",
    },
    "dark": {
        "gradient": "#FF9A5C",
        "derived_gradient": "#FF9A5C",
        "decayed_gradient": "#A9B3C1",
        "weight_decay": "#A9B3C1",
        "first_moment": "#6CBCF5",
        "corrected_first_moment": "#6CBCF5",
        "second_moment": "#F0BE4A",
        "corrected_second_moment": "#F0BE4A",
        "scale": "#BFA8FF",
        "point": "#7FD6EE",
        "look_around_point": "#7FD6EE",
        "curvature": "#CBD08A",
        "direction": "#4FD3A9",
        "rate": "#C4CEDB",
        "factor": "#C4CEDB",
        "last_step": "#FF9CCB",
        "step": "#FF9CCB",
    },
}
"""What the terms of a step stand for, by the theme's name: the same colours in equations and on maps.

Roles of one kind share a colour.

Each has a contrast of at least 4.5 to its theme's panel; the hues are those of Okabe & Ito, darkened or lightened.
"""

SIGN_COLOURS: dict[str, tuple[str, str]] = {
    "light": ("#0072B2", "#D55E00"),
    "dark": ("#56B4E9", "#F0883E"),
}
"""Of positive and of negative numbers, by the theme's name: told apart by colour-blind people."""

_VIRIDIS = (
    "#440154 #481467 #482576 #463480 #414487 #3B528B #355F8D #2F6C8E #2A788E #25848E #21918C #1E9C89 #22A884"
    " #2FB47C #44BF70 #5EC962 #7AD151 #9BD93C #BDDF26 #DFE318 #FDE725"
).split()
_CIVIDIS = (
    "#00224E #002A60 #0B3370 #273C6F #36456C #434E6C #4F576C #5A606E #656970 #707173 #7B7A77 #868379 #928D78"
    " #9E9676 #ABA073 #B7AA6E #C4B468 #D1BF60 #DFCA57 #EED649 #FEE838"
).split()


@cache
def colour_map(name: str, theme: str) -> NDArray[np.uint8]:
    """Return a colour map of 256 colours from low to high, shape (256, 3).

    `terrain` and `grey` are straight lines in OKLCh (Ottosson 2020) with evenly rising lightness, so equal
    differences of height look equal; their lightness range leaves the racers' colours their contrast. So are `ember`
    and `ice`, reds and blues that go from dark to light.
    """
    if name in ("viridis", "cividis"):
        points = np.array([rgb(colour) for colour in (_VIRIDIS if name == "viridis" else _CIVIDIS)])
        at = np.linspace(0, len(points) - 1, 256)
        return (
            np.stack([np.interp(at, np.arange(len(points)), points[:, i]) for i in range(3)], axis=1)
            .round()
            .astype(np.uint8)
        )
    t = np.linspace(0, 1, 256)
    if name in ("ember", "ice"):
        hue = np.interp(t, [0, 1], [22, 62] if name == "ember" else [268, 225])
        chroma = np.interp(t, [0, 0.45, 1], [0.09, 0.16, 0.06] if name == "ember" else [0.09, 0.13, 0.04])
        return _from_oklch(0.24 + 0.70 * t, chroma, np.radians(hue))
    low, high = (0.60, 0.975) if theme == "light" else (0.22, 0.62)
    lightness = low + (high - low) * t
    if name == "grey":
        return _from_oklch(lightness, np.zeros(256), np.zeros(256))
    chroma = (
        np.interp(t, [0, 0.35, 1], [0.085, 0.06, 0.022])
        if theme == "light"
        else np.interp(t, [0, 1], [0.06, 0.055])
    )
    hue = np.radians(
        np.interp(t, [0, 0.5, 1], [252, 222, 92]) if theme == "light" else np.interp(t, [0, 1], [264, 205])
    )
    return _from_oklch(lightness, chroma, hue)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, from 0 to 255, of a colour given as `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _from_oklch(
    lightness: NDArray[np.float64], chroma: NDArray[np.float64], hue: NDArray[np.float64]
) -> NDArray[np.uint8]:
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
            -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
            -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
        ],
        axis=1,
    ).clip(0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (encoded * 255).round().astype(np.uint8)


def faded(colour: str) -> str:
    """Return a racer's colour (`#rrggbb`) as it is drawn while another stands in the spotlight: mostly grey."""
    pairs = ((int(colour[i : i + 2], 16), int(FADED[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(0.25 * part + 0.75 * grey):02X}" for part, grey in pairs)
