"""Check that the program uses what it defines: code that only a test reaches, or nothing, is named.

Vulture finds it; left out are names that are used in ways that it cannot see: by Qt, by pydantic, by a catalogue that
finds classes by walking through a package, or by a method that looks another one up by its name.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
FOUND_BY_A_CATALOGUE = (
    "optexplorer/engine/optimizers/*", "optexplorer/engine/schedules/*", "optexplorer/engine/gradient_sources/*",
    "optexplorer/engine/landscapes/models/data/*", "optexplorer/engine/landscapes/models/predictors/*",
)  # fmt: skip
"""Files whose classes a catalogue finds by itself."""
DECLARED = ("model_config", "title", "idea", "shines", "fails", "reference", "stochastic", "own_id")
"""What classes of a catalogue declare for whoever reads them."""
LOOKED_UP = ("visit_*", "write_*", "build_*", "latex_*", "derive_*", "_and", "_or")
"""Methods that are found by the name of a node of a tree."""
CALLED_BY_QT = (
    "*Event", "eventFilter", "event", "sizeHint", "minimumSizeHint", "heightForWidth", "hasHeightForWidth", "rowCount",
    "columnCount", "headerData", "data", "flags", "initializeGL", "paintGL", "resizeGL", "validate", "fixup", "stepBy",
    "textFromValue", "valueFromText", "viewOptions", "drawControl", "styleHint", "pixelMetric", "paint", "run",
)  # fmt: skip
DECORATORS = [
    "@model_validator", "@field_validator", "@model_serializer", "@field_serializer", "@Slot", "@click.*", "@main.*",
    "@*.command",
]  # fmt: skip
FOR_OTHERS = (
    "__getattr__",
    "__dir__",
    "_repr_*_",
    "to_csv",
    "insertFromMimeData",
    "batch_descent",
    "fair_race",
    "steps_to_tolerance",
    "evaluations",
    "outcomes",
    "global_share",
    "Process",
)
"""What Python, its `multiprocessing`, notebooks and scripts call."""


def main() -> int:
    """Print what nothing uses and return 1 if there is any."""
    names = [*DECLARED, *LOOKED_UP, *CALLED_BY_QT, *FOR_OTHERS]
    vulture = Vulture(ignore_names=names, ignore_decorators=DECORATORS)
    vulture.scavenge([str(ROOT / "optexplorer")])
    unused = [
        item
        for item in vulture.get_unused_code(min_confidence=60)
        # Attributes are set for others: codecs, parsers, arrays.
        if item.typ != "attribute"
        and not (item.typ == "class" and any(fnmatch(_name(item.filename), p) for p in FOUND_BY_A_CATALOGUE))
    ]
    for item in unused:
        print(f"{_name(item.filename)}:{item.first_lineno}: nothing uses the {item.typ} {item.name}")
    return 1 if unused else 0


def _name(file: str | Path) -> str:
    return Path(file).resolve().relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
