"""A cache of what is computed from an object, which lasts no longer than that object."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

First = TypeVar("First")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")


def cached_with_first(
    most: int, objects: int | None = None
) -> Callable[[Callable[Concatenate[First, Rest], Result]], Callable[Concatenate[First, Rest], Result]]:
    """Cache a function's results with its first argument: when nothing else holds that object, they go with it.

    A cache that holds its arguments, as `functools.lru_cache` does, would keep trajectories of 100,000 steps long after
    the last picture of them. The result must not refer to the first argument. Threads may share the cache.

    Parameters
    ----------
    most : how many results are kept for each object, by the other arguments, which must be hashable
    objects : for how many objects results are kept, the latest used ones; None for all that live
    """

    def decorate(
        function: Callable[Concatenate[First, Rest], Result],
    ) -> Callable[Concatenate[First, Rest], Result]:
        kept: WeakKeyDictionary[First, OrderedDict[Hashable, Result]] = WeakKeyDictionary()
        lock = Lock()

        @wraps(function)
        def cached(first: First, /, *rest: Rest.args, **named: Rest.kwargs) -> Result:
            key: Any = (rest, tuple(named.items()))
            with lock:
                # The latest used come last.
                results = kept.pop(first, OrderedDict())
                kept[first] = results
                if objects is not None and len(kept) > objects:
                    del kept[next(iter(kept))]
                if key in results:
                    results.move_to_end(key)
                    return results[key]
            result = function(first, *rest, **named)
            with lock:
                results[key] = result
                while len(results) > most:
                    results.popitem(last=False)
            return result

        return cached

    return decorate
