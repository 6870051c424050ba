"""Renames variables of a formula that would clash with names in a script."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

_LIBRARIES = frozenset(
    "np numpy torch jax jnp keras math optax erf erfc gradient hessian loss reciprocal residual_jacobian residuals sigmoid softplus".split()
)
_VARIABLES = frozenset(
    "change closure g landscape momenta noise optimizer point random rates same_sample sample schedule scheduler state step "
    "update updates value value_and_gradient watch x".split()
)
_MODELS = frozenset(
    "Dropout Product SHAPES X X_held_out arrays back_through_norm batch cost criterion deviation dropout_masks evaluate forward "
    "held_out itertools mask_seed masks mean mini_batches model nn noise_random normal_distribution normalised places show size "
    "theta training weight y y_held_out".split()
)
"""The variables and functions of scripts of models."""
SCRIPT_NAMES = _LIBRARIES | _VARIABLES | _MODELS
"""The modules, functions and variables of scripts themselves."""
_RESERVED = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *_LIBRARIES))
_TEMPORARY = re.compile(r"v[0-9]+")
"""What the compilation of a formula calls its shared subexpressions."""


def python_names(names: Iterable[str]) -> dict[str, str]:
    """Return by name what it is called in a script.

    A name stays as it is unless it is a keyword, a builtin, or a module or function of scripts; then it gets
    underscores until it differs from all others.
    """
    wanted = list(dict.fromkeys(names))
    taken = {name for name in wanted if not _is_reserved(name)}
    found = {}
    for name in wanted:
        free = name
        while _is_reserved(free) or (free != name and free in taken):
            free += "_"
        taken.add(free)
        found[name] = free
    return found


def _is_reserved(name: str) -> bool:
    return name in _RESERVED or _TEMPORARY.fullmatch(name) is not None
