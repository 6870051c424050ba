"""Preset sizes of pictures."""

from __future__ import annotations

from dataclasses import dataclass

from optexplorer.text import Text


@dataclass(frozen=True)
class Preset:
    """A size in pixels, pixels per inch, and the height of small type in pixels."""

    id: str
    name: Text
    width: int
    height: int
    dpi: int
    text_size: int


PRESETS = {
    preset.id: preset
    for preset in (
        Preset("slide", Text("Slide 16:9", "スライド 16:9"), 1920, 1080, 96, 26),
        # A column of 85 mm, and type of 7 points, as journals ask for.
        Preset("paper", Text("Paper column", "論文の1段"), 2008, 1506, 600, 58),
        # 600 × 450 mm, to be read from a metre and a half.
        Preset("poster", Text("Poster", "ポスター"), 3544, 2658, 150, 52),
        Preset("square", Text("Square", "正方形"), 1080, 1080, 96, 22),
    )
}
