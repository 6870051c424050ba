"""What differs between the descents of one batch: hyperparameters of the optimizer, random seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import hyperparameters
from optexplorer.engine.optimizers.base import Optimizer

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class PointSetting(np.ndarray[Any, np.dtype[np.float64]]):
    """A hyperparameter with a value for each point of a batch, in the place of the one number that a rule expects.

    Arithmetic with it gives plain arrays, and every point gets the bits that a single number would give. It is true if
    every value is different from zero, false if all are zero; anything else that needs one number raises an error.
    """

    @classmethod
    def of(cls, values: Array) -> PointSetting:
        """Return the setting with these values, shape (points,)."""
        return np.ascontiguousarray(values, dtype=np.float64).view(cls)

    def __bool__(self) -> bool:
        nonzero = np.asarray(self) != 0
        if nonzero.all():
            return True
        if nonzero.any():
            raise ValueError("some values are zero, others are not")
        return False

    def __pow__(self, exponent: Any, *_: None) -> Any:
        # NumPy's powers of arrays may differ from those of single numbers in the last bit.
        distinct, places = np.unique(np.asarray(self), return_inverse=True)
        return np.array([value**exponent for value in distinct.tolist()], dtype=np.float64)[places]

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(part) if isinstance(part, PointSetting) else part for part in inputs]
        return getattr(ufunc, method)(*plain, **options)


@dataclass(frozen=True, eq=False)
class Varied:
    """What differs between the descents of a batch.

    Attributes
    ----------
    settings : hyperparameters of the optimizer by name, each of shape (points,)
    seeds : of the random numbers, shape (points,); None: all have that of the run spec
    """

    settings: Mapping[str, Array] = field(default_factory=dict)
    seeds: NDArray[np.int64] | None = None

    def checked(self, optimizer: Optimizer, points: int) -> Varied:
        """Return the same with arrays of the right type.

        Raises
        ------
        ValueError
            If the optimizer has no such setting, a value is out of its bounds, or a shape is wrong.
        """
        settings = {name: np.asarray(values) for name, values in self.settings.items()}
        known = {setting.name: setting for setting in hyperparameters(type(optimizer))}
        for name, values in settings.items():
            if name not in known:
                raise ValueError(
                    f"{optimizer.id} has no setting '{name}'; it has {', '.join(known) or 'none'}"
                )
            if known[name].kind not in ("float", "int"):
                raise ValueError(
                    f"{optimizer.id}: '{name}' is no number, so it cannot differ from point to point"
                )
            if values.shape != (points,):
                raise ValueError(
                    f"{name}: {points} value(s) are needed, not an array of shape {values.shape}"
                )
            for value in {float(values.min()), float(values.max())} if points else ():
                with_settings(optimizer, {name: int(value) if known[name].kind == "int" else value})
        seeds = self.seeds
        if seeds is not None:
            seeds = np.asarray(seeds, dtype=np.int64)
            if seeds.shape != (points,) or (points and int(seeds.min()) < 0):
                raise ValueError(f"seeds: {points} whole number(s) from 0 are needed")
        return Varied(settings, seeds)

    def at(self, places: Any) -> Varied:
        """Return that of the points at `places`: a mask, a slice or indices."""
        return Varied(
            {name: values[places] for name, values in self.settings.items()},
            None if self.seeds is None else self.seeds[places],
        )

    def groups(self, points: int, names: tuple[str, ...]) -> Iterator[NDArray[np.intp]]:
        """Return the places of points that agree in the settings called `names`, group by group.

        In the other settings those of a group are all zero, or none is: rules often leave out what is zero.
        """
        keys = [
            values if name in names else (values != 0).astype(np.float64)
            for name, values in self.settings.items()
        ]
        if not keys:
            yield np.arange(points)
            return
        _, group = np.unique(np.array(keys), axis=1, return_inverse=True)
        order = np.argsort(group, kind="stable")
        yield from np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


NOTHING_VARIED = Varied()


def point_settings(settings: Mapping[str, Array]) -> dict[str, Any]:
    """Return the settings for a batch: where all points have the same value, that one number."""
    return {name: _setting(values) for name, values in settings.items()}


def _setting(values: Array) -> PointSetting | float | int:
    if values.size and (values == values[0]).all():
        single: float | int = values[0].item()
        return single
    return PointSetting.of(values)


def with_settings(optimizer: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    """Return the optimizer with other settings, checked against their bounds.

    Raises
    ------
    optexplorer.engine.declaration.SettingsError
        If one is out of its bounds.
    """
    own = {name: getattr(optimizer, name) for name in type(optimizer).model_fields}
    if "inner" in own and "lr" in settings:
        # A wrapper and what it wraps have one rate.
        own["inner"] = own["inner"].model_copy(update={"lr": settings["lr"]})
    return type(optimizer)(**{**own, **settings})


def whole_settings(optimizer: Optimizer, settings: Mapping[str, Array]) -> tuple[str, ...]:
    """Return which of the settings are whole numbers, such as counts: no rule takes arrays of those."""
    kinds = {setting.name: setting.kind for setting in hyperparameters(type(optimizer))}
    return tuple(name for name in settings if kinds[name] == "int")
