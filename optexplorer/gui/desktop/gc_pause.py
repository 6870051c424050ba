"""Pauses Python's garbage collector while the program starts, when there is nothing to collect yet.

It would take a tenth of the time until the window is seen, looking again and again at modules and widgets that stay.
"""

from __future__ import annotations

import gc


def pause() -> None:
    """Stop garbage collection until `resume` is called."""
    gc.disable()


def resume() -> None:
    """Collect garbage again from now on; what there is already is never looked at, so later pauses are shorter."""
    gc.freeze()
    gc.enable()
