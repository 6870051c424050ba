"""The steps of descents as they have been traced: each kind of descent is traced once."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from optexplorer.engine.kernels.agreement import agrees
from optexplorer.engine.kernels.row_programs import Plan, traced
from optexplorer.engine.kernels.tracing import NotTraceableError
from optexplorer.engine.run_spec import RunSpec

MOST_PLANS = 64
"""Descents whose steps are kept."""
_PLANS: OrderedDict[Any, Plan | None] = OrderedDict()
_PLANS_LOCK = threading.Lock()
_LOG = logging.getLogger(__name__)


def plan_of(
    run_spec: RunSpec, steps: int, varied: tuple[str, ...], should_stop: Callable[[], bool] = lambda: False
) -> Plan | None:
    """Return the steps of descents as they were traced; None if they cannot be, or when stopped.

    `varied` are the settings that differ from point to point.
    """
    # Equal numbers may still differ: 0.0 and -0.0.
    key = (run_spec, repr(run_spec.optimizer), steps, varied)
    with _PLANS_LOCK:
        if key in _PLANS:
            _PLANS.move_to_end(key)
            return _PLANS[key]
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        stopped = should_stop()
        return stopped

    plan = None
    try:
        with np.errstate(all="ignore"):
            plan = traced(run_spec, steps, varied, stop)
        if not agrees(run_spec, plan, steps, varied):
            plan = None
            _LOG.warning("%s does more than is written down of it", type(run_spec.optimizer).__name__)
    except (NotTraceableError, Exception) as reason:  # noqa: BLE001 - whatever fails here, NumPy tells
        _LOG.debug("%s is left to NumPy: %s", type(run_spec.optimizer).__name__, reason)
    if not stopped:
        with _PLANS_LOCK:
            _PLANS[key] = plan
            while len(_PLANS) > MOST_PLANS:
                _PLANS.popitem(last=False)
    return plan
