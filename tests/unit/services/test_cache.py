"""The byte-bounded cache."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from medviewer.services.cache import ByteCache, size_of


def test_least_recently_used_goes_first():
    cache = ByteCache(300)
    for key in "abc":
        cache.put(key, key, 100)
    cache.get("a")
    cache.put("d", "d", 100)
    assert [key for key in "abcd" if key in cache] == ["a", "c", "d"]


def test_too_large_is_not_kept_and_evicts_nothing():
    cache = ByteCache(100)
    cache.put("a", 1, 60)
    assert not cache.put("b", 2, 101)
    assert cache.get("a") == 1
    assert cache.get("b") is None


def test_pinned_stays_until_every_pin_is_taken_back():
    cache = ByteCache(100)
    gone = []
    cache.put("a", 1, 80, gone.append)
    cache.pin("a")
    cache.pin("a")
    cache.put("b", 2, 80)
    assert "a" in cache
    assert "b" not in cache
    cache.put("b", 2, 80)
    cache.unpin("a")
    assert gone == []
    cache.put("c", 3, 10)
    cache.budget_bytes = 50
    assert "a" in cache
    cache.unpin("a")
    assert gone == [1]
    assert cache.size_bytes <= 50


def test_discard_and_clear_do_not_call_evicted():
    cache = ByteCache(100)
    gone = []
    cache.put("a", 1, 10, gone.append)
    cache.put("b", 1, 10, gone.append)
    cache.discard("a")
    cache.discard("unknown")
    cache.discard_where(lambda key: key == "b")
    cache.put("c", 1, 10, gone.append)
    cache.clear()
    assert gone == []
    assert cache.size_bytes == 0


def test_sizes_of_what_is_kept():
    array = np.zeros((10, 10), np.int16)
    assert 200 <= size_of(array) <= 400
    assert size_of([array, array]) >= 400
    assert size_of({"a": array}) >= 200
    assert size_of(b"x" * 1000) >= 1000
    assert size_of(object()) > 0


def test_make_builds_once():
    cache = ByteCache(10_000)
    built = []
    for _ in range(3):
        assert cache.make("k", lambda: built.append(1) or "value") == "value"
    assert built == [1]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 60)), max_size=60))
def test_budget_is_never_exceeded(puts):
    cache = ByteCache(100)
    for key, size in puts:
        cache.put(key, size, size)
        assert cache.size_bytes <= 100
        assert cache.size_bytes == sum(cache.get(k) for k in "abcdef" if k in cache)


def test_many_threads_leave_the_sum_right():
    cache = ByteCache(5000)

    def work(seed):
        rng = np.random.default_rng(seed)
        for n in range(400):
            key = int(rng.integers(40))
            match n % 3:
                case 0:
                    cache.put(key, n, int(rng.integers(400)))
                case 1:
                    cache.get(key)
                case _:
                    cache.discard(int(rng.integers(40)))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.size_bytes == sum(entry[1] for entry in cache._values.values())
    assert cache.size_bytes <= 5000
