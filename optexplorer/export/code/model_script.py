"""What scripts of models have in common, whatever the library: data, batches, and what they print."""

from __future__ import annotations

from dataclasses import dataclass, field

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.factorisation import Factorisation
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.code.batches import Batches, batches, check_source
from optexplorer.export.code.extraction import CodeError, Extraction
from optexplorer.export.code.gradients import seed_sequence
from optexplorer.export.code.model_data import data_lines
from optexplorer.export.code.network_plan import NetworkPlan, network_plan

PRINTED = 8
"""Most parameters that are printed one by one; of more, only their norm."""


def model_landscape(landscape: Landscape) -> ModelLandscape:
    """Return the landscape, if it is one of data and a model that scripts know.

    Raises
    ------
    optexplorer.export.code.extraction.CodeError
        If it is not.
    """
    assert isinstance(landscape, ModelLandscape)
    if not isinstance(landscape.definition.model, Factorisation):
        network_plan(landscape, dropout=False)
    return landscape


def what_is_printed(landscape: ModelLandscape) -> str:
    """Return in words what the columns are that scripts of this landscape print."""
    position = "parameters" if landscape.dimension <= PRINTED else "norm of all parameters"
    if prints_held_out(landscape):
        return f"step, {position}, loss, and loss on held-out examples"
    return f"step, {position} and loss"


def prints_held_out(landscape: ModelLandscape) -> bool:
    """Whether the loss on held-out examples is printed: batch norm would take the statistics of others for it."""
    return landscape.held_out is not None and not landscape.predictor.couples_examples


@dataclass
class ModelScript:
    """The pieces of a script that are NumPy whatever the library."""

    experiment: Experiment
    racer: Racer
    parts: Extraction = field(default_factory=Extraction)

    def __post_init__(self) -> None:
        self.landscape = model_landscape(self.experiment.resolve_landscape())
        self.steps = self.experiment.steps
        self.rows = self.steps + 1
        self.source = self.experiment.run_spec(self.racer).gradient_source
        check_source(self.source)
        self.start = self.experiment.start_of(self.racer)
        self.plan: NetworkPlan | None = None
        if not isinstance(self.landscape.definition.model, Factorisation):
            self.plan = network_plan(self.landscape, dropout=isinstance(self.source, MiniBatch))
        self.masks = self.plan is not None and self.plan.dropout > 0
        self.parts.imports.add("import numpy as np")
        column = self.plan is None or self.plan.column
        self.data = data_lines(self.landscape, self.parts, column=column, held_out=self.prints_held_out)
        self._data_definitions = len(self.parts.definitions)
        seed = seed_sequence(self.experiment, self.racer)
        self.batches: Batches = batches(
            self.source, seed, self.landscape.examples, self.steps, masks=self.masks
        )
        if self.batches.functions:
            self.parts.imports.add("import itertools")
        self.noise = (
            [f"noise_random = np.random.default_rng({seed})"] if isinstance(self.source, Noisy) else []
        )

    @property
    def heading(self) -> str:
        """The comment above the model."""
        model = self.landscape.definition.model
        off = isinstance(model, MLP) and model.dropout > 0 and not self.masks
        return "# The model: dropout is off, since it belongs to mini-batches" if off else "# The model"

    @property
    def few(self) -> bool:
        """Whether each parameter is printed."""
        return self.landscape.dimension <= PRINTED

    @property
    def prints_held_out(self) -> bool:
        """Whether the loss on held-out examples is printed."""
        return prints_held_out(self.landscape)

    def imports(self, *others: str) -> str:
        """Return the lines that import what the script needs."""
        return "\n".join(
            sorted({*self.parts.imports, *others}, key=lambda line: (line.startswith("from"), line))
        )

    def data_definitions(self) -> str:
        """Return what makes the examples."""
        return "\n\n\n".join(list(self.parts.definitions.values())[: self._data_definitions])

    def other_definitions(self) -> str:
        """Return what else was extracted."""
        return "\n\n\n".join(list(self.parts.definitions.values())[self._data_definitions :])


def check_batch_norm(landscape: ModelLandscape, experiment: Experiment, racer: Racer) -> None:
    """Raise CodeError if PyTorch refuses a batch: its batch norm needs two examples at least."""
    source = experiment.run_spec(racer).gradient_source
    if not landscape.predictor.couples_examples or not isinstance(source, MiniBatch):
        return
    size = min(source.batch_size, landscape.examples)
    last = landscape.examples % size if source.order == "shuffled" else 0
    if 1 in (size, last):
        raise CodeError(
            "PyTorch's batch norm refuses batches of one example, and there are such here; choose another batch size"
        )


def joined(blocks: list[str], loop: str, body: list[str], last: str) -> str:
    """Return the script: definitions, statements, and the loop over the steps."""
    lines = "\n".join(f"    {line}" if line else "" for line in body)
    return "\n\n\n".join(filter(None, blocks)) + f"\n{loop}\n{lines}\n{last}\n"
