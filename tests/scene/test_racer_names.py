"""What racers are called where their optimizers' names agree."""

from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.racer_names import racer_names

DATA = {"kind": "model", "data": "line", "model": "linear"}


def names(landscape: object, *racers: dict[str, object]) -> list[str]:
    return [name.en for name in racer_names(Experiment(landscape=landscape, racers=racers))]


def test_one_of_a_kind_has_the_name_of_its_optimizer() -> None:
    assert names("booth", {"optimizer": "adam"}, {"optimizer": "gd"}) == ["Adam", "Gradient descent"]


def test_several_of_a_kind_are_told_apart_by_what_differs() -> None:
    gd = {"id": "gd", "lr": 0.1}
    assert names("booth", {"optimizer": gd}, {"optimizer": {"id": "gd", "lr": 0.2}}) == [
        "Gradient descent (lr 0.1)",
        "Gradient descent (lr 0.2)",
    ]
    batches = [{"optimizer": gd, "source": {"id": "mini-batch", "batch_size": size}} for size in (1, 16, 400)]
    assert names(DATA, *batches) == [
        "Gradient descent (lr 0.1, batch 1)",
        "Gradient descent (lr 0.1, batch 16)",
        "Gradient descent (lr 0.1, all data)",
    ]
    assert names(DATA, {"optimizer": gd}, {"optimizer": {**gd, "weight_decay": 0.01}}) == [
        "Gradient descent (lr 0.1, decay 0)",
        "Gradient descent (lr 0.1, decay 0.01)",
    ]
