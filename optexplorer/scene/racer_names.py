"""What racers are called: their optimizers' names, told apart where they agree."""

from __future__ import annotations

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.text import Text


def racer_names(experiment: Experiment) -> tuple[Text, ...]:
    """Return what the racers are called: of several with one optimizer also its rate, and what else tells them apart."""
    titles = [racer.optimizer.title for racer in experiment.racers]
    found = []
    for title, racer in zip(titles, experiment.racers, strict=True):
        others = [other for other in experiment.racers if other.optimizer.title == title]
        if len(others) == 1:
            found.append(title)
            continue
        facts = [Text(f"lr {racer.optimizer.lr:g}", f"lr {racer.optimizer.lr:g}")]
        for fact in (_batch, _weight_decay):
            if len({fact(experiment, other) for other in others}) > 1:
                facts.append(fact(experiment, racer))
        found.append(
            Text(
                f"{title.en} ({', '.join(fact.en for fact in facts)})",
                f"{title.ja} ({', '.join(fact.ja for fact in facts)})",
            )
        )
    return tuple(found)


def _batch(experiment: Experiment, racer: Racer) -> Text:
    source, examples = experiment.run_spec(racer).gradient_source, experiment.resolve_landscape().examples
    if not examples:
        return Text("", "")
    if not isinstance(source, MiniBatch) or source.batch_size >= examples:
        return Text("all data", "全データ")
    return Text(f"batch {source.batch_size}", f"バッチ {source.batch_size}")


def _weight_decay(experiment: Experiment, racer: Racer) -> Text:
    decay = getattr(racer.optimizer, "weight_decay", 0.0)
    return Text(f"decay {decay:g}", f"減衰 {decay:g}")
