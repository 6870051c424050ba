"""The store: one write, undo and redo, drags that make one step of undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.store import Store


@pytest.fixture
def store() -> Store:
    return Store(Experiment(landscape="himmelblau"))


def with_steps(store: Store, steps: int) -> Experiment:
    return store.experiment.model_copy(update={"steps": steps})


def test_undo_and_redo_travel_through_the_changes(store: Store) -> None:
    first = store.experiment
    store.replace(with_steps(store, 10), "Steps")
    store.replace(with_steps(store, 20), "Steps")
    store.undo()
    assert store.experiment.steps == 10
    store.undo()
    assert store.experiment == first
    assert store.undo_label is None
    store.redo()
    store.redo()
    assert store.experiment.steps == 20
    assert store.redo_label is None


def test_a_drag_is_one_step_of_undo(store: Store) -> None:
    for x in (1.0, 2.0, 3.0):
        store.replace(store.experiment.model_copy(update={"start": (x, 0.0)}), "Start", "start")
    store.end_merge()
    store.replace(store.experiment.model_copy(update={"start": (4.0, 0.0)}), "Start", "start")
    store.undo()
    assert store.experiment.start == (3.0, 0.0)
    store.undo()
    assert store.experiment.start == (0.5, -1.5)


def test_a_new_change_forgets_what_was_undone(store: Store) -> None:
    store.replace(with_steps(store, 10), "Steps")
    store.undo()
    store.replace(with_steps(store, 30), "Steps")
    assert store.redo_label is None


def test_an_equal_experiment_changes_nothing(store: Store) -> None:
    heard = []
    store.changed.connect(heard.append)
    store.replace(store.experiment.model_copy(), "Nothing")
    assert heard == []
    assert store.undo_label is None


def test_looking_is_no_step_of_undo_and_undo_keeps_the_look(store: Store) -> None:
    store.replace(with_steps(store, 10), "Steps")
    appearance = Appearance(camera=Camera(azimuth=10.0))
    store.set_appearance(appearance)
    store.undo()
    assert store.experiment.steps == 200
    assert store.experiment.appearance == appearance


@given(st.lists(st.integers(1, 50), max_size=20))
def test_undoing_everything_and_redoing_everything_comes_back(steps: list[int]) -> None:
    store = Store(Experiment(landscape="himmelblau"))
    first = store.experiment
    for n in steps:
        store.replace(with_steps(store, n), "Steps")
    last = store.experiment
    while store.undo_label is not None:
        store.undo()
    assert store.experiment == first
    while store.redo_label is not None:
        store.redo()
    assert store.experiment == last


def test_a_history_set_aside_comes_back_without_what_was_done_meanwhile(store: Store) -> None:
    store.replace(with_steps(store, 10), "Steps")
    before = store.experiment
    store.set_history_aside()
    assert (store.undo_label, store.redo_label) == (None, None)
    store.replace(with_steps(store, 20), "Scene")
    store.take_history_back(before)
    assert (store.experiment, store.undo_label, store.redo_label) == (before, "Steps", None)
    store.set_history_aside()
    store.reset(with_steps(store, 30))
    assert store.undo_label is None
