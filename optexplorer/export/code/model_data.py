"""The examples that a model is trained on, as lines of a script: made by the same code, or as numbers."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Callable

from optexplorer.engine.landscapes.models.data.base import DataSource
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.export.code.embedded_numbers import embedded
from optexplorer.export.code.extraction import CodeError, Extraction


def data_lines(landscape: ModelLandscape, parts: Extraction, *, column: bool, held_out: bool) -> list[str]:
    """Return the lines that give the training examples `X` and `y` of a landscape, inputs as the model sees them.

    Parameters
    ----------
    column : whether targets are a column of numbers, shape (N, 1); else they are the whole numbers of classes, (N,)
    held_out : whether the examples that are held out are wanted too, as `X_held_out` and `y_held_out`

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If they are too many for a script.
    """
    lines = _all_examples(landscape, parts)
    lines.append("y = y[:, np.newaxis]" if column else "y = y.astype(int)")
    if landscape.held_out is not None:
        lines += _split(landscape, wanted=held_out)
    if landscape.standardisation is not None:
        lines += _standardised(landscape)
        if held_out:
            lines.append("X_held_out = (X_held_out - mean)/deviation")
    return lines


def _all_examples(landscape: ModelLandscape, parts: Extraction) -> list[str]:
    source, data = landscape.definition.data, landscape.data
    if _is_synthetic(source):
        name, arguments = parts.function_of(source, "make", source.id.replace("-", "_"), _prepare(source))
        settings = ", ".join(f"{argument}={getattr(source, argument)!r}" for argument in arguments)
        return [f"X, y = {name}({settings})"]
    lines = []
    note = "; ".join(data.input_names) if data.features <= 8 else f"{data.features} features"
    for name, array, what in (
        ("X", data.inputs, f"the inputs of {data.examples} examples"),
        ("y", data.targets, "their targets"),
    ):
        code = embedded(name, array, what)
        parts.imports.update(code.imports)
        lines += code.lines
    known = "".join(sign for sign in f"{note} -> {data.target_name}" if sign.isprintable())[:120]
    lines.insert(0, f"# {known}")
    if source.reference:
        lines.insert(0, f"# {source.reference}")
    return lines


def _is_synthetic(source: DataSource) -> bool:
    """Whether code alone makes the examples: it reads no file."""
    return (
        type(source).__module__.startswith("optexplorer.") and not source.reference and source.id != "given"
    )


def _prepare(source: DataSource) -> Callable[[ast.FunctionDef], None]:
    """Return what turns the method `make` into a function that returns inputs and targets, with the class's words."""
    words = (inspect.getdoc(type(source)) or source.title.en).splitlines()[0]

    def prepare(tree: ast.FunctionDef) -> None:
        for node in ast.walk(tree):
            match node:
                case ast.Return(value=ast.Call(func=ast.Name(id="Dataset"), args=[inputs, targets, *_])):
                    node.value = ast.Tuple([inputs, targets], ast.Load())
                case ast.Return():
                    raise CodeError(f"the data {source.id} are made in a way that a script cannot follow")
        loaded = Counter(
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )
        tree.body = [
            ast.Expr(ast.Constant(words)),
            *(statement for statement in tree.body if not _is_unused(statement, loaded)),
        ]

    return prepare


def _is_unused(statement: ast.stmt, loaded: Counter[str]) -> bool:
    """Whether a statement only gives a name that nothing reads, or is documentation."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return not loaded[name]
        case ast.Expr(value=ast.Constant()):
            return True
    return False


def _split(landscape: ModelLandscape, *, wanted: bool) -> list[str]:
    held = len(landscape.held_out_places)
    lines = [
        f"# Held out, so not trained on: {held} of {landscape.data.examples} examples.",
        f"places = np.random.default_rng({landscape.definition.split_seed}).permutation(len(X))",
        f"training = np.sort(places[{held}:])",
        "X, y = X[training], y[training]",
    ]
    if wanted:
        lines[2] = f"held_out, training = np.sort(places[:{held}]), np.sort(places[{held}:])"
        lines.insert(3, "X_held_out, y_held_out = X[held_out], y[held_out]")
    return lines


def _standardised(landscape: ModelLandscape) -> list[str]:
    lines = ["mean, deviation = X.mean(axis=0), X.std(axis=0)"]
    if not (landscape.training.inputs.std(axis=0) > 0).all():
        lines.append("deviation[deviation == 0] = 1.0  # Constant features stay zero.")
    lines.append("X = (X - mean)/deviation")
    return lines
