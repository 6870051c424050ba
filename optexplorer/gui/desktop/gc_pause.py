"""Python's garbage collector waits while the program starts: there is much to make then, and nothing to throw away.

It would take a tenth of the time until the window is seen, looking again and again at modules and widgets that stay.
"""

from __future__ import annotations

import gc


def pause() -> None:
    """Let nothing be looked at until `resume`."""
    gc.disable()


def resume() -> None:
    """Collect garbage again from now on; what there is already is never looked at, so later pauses are shorter."""
    gc.freeze()
    gc.enable()
