"""Work in parts: the same results wherever they are worked on, and workers that die."""

import concurrent.futures
import multiprocessing
import os
import signal
import time

import pytest
from libgrid.executors import run_parts

import libgrid as lg


def die_if_told(part):
    name, folder = part
    if name == "always" or (name == "once" and not os.path.exists(f"{folder}/once")):
        open(f"{folder}/once", "w").close()
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    return name


@pytest.mark.slow
def test_a_pool_works_again_on_what_a_lost_worker_had_and_names_what_kills_it(tmp_path):
    parts = [(name, str(tmp_path)) for name in ("a", "once", "b", "always", "c")]
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = run_parts(die_if_told, parts, executor=pool)
    assert list(found.results.values()) == ["a", "once", "b", "c"]
    assert found.missing == {parts[3]: "its worker died twice: out of memory, or killed"}


def log_and_die_if_poison(part):
    number, folder = part
    with open(f"{folder}/log", "a") as log:
        log.write(f"{number}\n")
    time.sleep(0.1)
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.environ.get("LIBGRID_TEST_WORD")


def say(word):
    os.environ["LIBGRID_TEST_WORD"] = word


@pytest.mark.slow
def test_only_what_was_in_a_pool_when_it_broke_is_tried_alone_and_the_rest_goes_on_in_a_pool_like_it(tmp_path):
    parts = [(number, str(tmp_path)) for number in range(10)]
    context = multiprocessing.get_context("forkserver")
    with concurrent.futures.ProcessPoolExecutor(2, context, initializer=say, initargs=("ready",)) as pool:
        found = run_parts(log_and_die_if_poison, parts, executor=pool)
    assert list(found.missing) == [parts[3]]
    assert list(found.results.values()) == [(number, "ready") for number in range(10) if number != 3]
    runs = (tmp_path / "log").read_text().split()
    assert runs.count("3") == 2 and len(runs) <= 10 + 2  # itself, and the one part that was beside it


def test_threads_and_errors_are_parts_like_others():
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = run_parts(lambda n: 6 // n, [1, 0, 3], executor=pool)
    assert found.results == {1: 6, 3: 2} and "ZeroDivisionError" in found.missing[0]


@pytest.mark.parametrize(
    ("executor", "says"),
    [
        ("threads", "a str is neither a concurrent.futures executor nor a Dask client"),
        (concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")), "spawn"),
    ],
)
def test_executors_that_cannot_be_used_are_refused(executor, says):
    with pytest.raises(lg.InvalidInput, match=says):
        run_parts(str, ["a"], executor=executor)


def test_results_follow_the_order_of_the_parts_and_progress_counts_all():
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        seen = []
        waits = [0.2, 0.0, 0.1]
        found = run_parts(
            lambda s: time.sleep(s) or s, waits, executor=pool, progress=lambda *counts: seen.append(counts)
        )
    assert list(found.results) == waits and seen == [(1, 3), (2, 3), (3, 3)]


def test_what_progress_raises_stops_the_work():
    asked = []

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_parts(asked.append, [1, 2, 3], progress=stop)
    assert asked == [1]
