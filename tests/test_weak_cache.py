"""What is cached with an object goes when the object does."""

from __future__ import annotations

import gc
import weakref

from optexplorer.weak_cache import cached_with_first


class Thing:
    """Something that can be referred to weakly."""


def test_a_result_is_computed_once_and_goes_with_its_object() -> None:
    calls: list[int] = []

    @cached_with_first(2)
    def twice(thing: Thing, number: int) -> list[int]:
        calls.append(number)
        return [2 * number]

    thing, other = Thing(), Thing()
    assert twice(thing, 3) is twice(thing, 3)
    assert twice(other, 3) == [6]
    assert calls == [3, 3]
    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None


def test_of_each_object_the_newest_results_are_kept() -> None:
    calls: list[int] = []

    @cached_with_first(2)
    def same(thing: Thing, number: int) -> int:
        calls.append(number)
        return number

    thing = Thing()
    for number in (1, 2, 1, 3, 1, 2):
        assert same(thing, number) == number
    assert calls == [1, 2, 3, 2]


def test_results_are_kept_for_the_objects_used_last() -> None:
    calls: list[str] = []

    class Named(Thing):
        def __init__(self, name: str) -> None:
            self.name = name

    @cached_with_first(1, objects=2)
    def name(thing: Named) -> str:
        calls.append(thing.name)
        return thing.name

    a, b, c = map(Named, "abc")
    for thing in (a, b, a, c, a, b):
        assert name(thing) == thing.name
    assert calls == ["a", "b", "c", "b"]
