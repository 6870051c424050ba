"""Names of the columns in tables of trajectories and landscapes, no two of them the same."""

from __future__ import annotations

RESERVED_COLUMNS = ("racer", "step", "loss", "lr", "ending", "about")
"""Names that tables give to other columns than coordinates, and to what they say about themselves."""


def position_columns(variables: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column of each coordinate: its name, or `position_` and its name where a table has that column.

    A coordinate `loss` is in the column `position_loss`; so is `grad_x` beside a coordinate `x`.
    """
    taken = {*RESERVED_COLUMNS, *(f"grad_{name}" for name in variables)}
    columns = []
    for name in variables:
        column = name
        while column in taken or (column != name and column in variables):
            column = f"position_{column}"
        taken.add(column)
        columns.append(column)
    return tuple(columns)
