import threading
import time
from collections.abc import Iterator

import pytest
import torch

from umeta.cpu_threads import n_sides_of, side_by_side


@pytest.fixture(params=[2, 4])
def n_threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_two_parts_are_computed_at_a_time_each_by_half_of_the_threads(n_threads: int):
    both = threading.Barrier(2, timeout=20)

    def compute(part: int) -> tuple[int, int]:
        both.wait()  # passes where another thread is at another part
        return part, torch.get_num_threads()

    assert side_by_side(compute, range(6), 2) == [(part, n_threads // 2) for part in range(6)]
    assert torch.get_num_threads() == n_threads
    of_new_threads: list[int] = []
    thread = threading.Thread(target=lambda: of_new_threads.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert of_new_threads == [n_threads]


def test_answers_come_in_the_order_of_the_parts(n_threads: int):
    def compute(part: float) -> float:
        time.sleep(part)
        return part

    assert side_by_side(compute, [0.2, 0.0, 0.1], 2) == [0.2, 0.0, 0.1]


def test_one_side_is_the_thread_of_the_caller():
    assert side_by_side(lambda _: threading.current_thread(), [0, 1], 1) == [threading.current_thread()] * 2


@pytest.mark.parametrize("records", [True, False])
def test_gradients_are_recorded_where_the_caller_records_them(n_threads: int, records: bool):
    weight = torch.ones(1, requires_grad=True)
    with torch.set_grad_enabled(records):
        products = side_by_side(lambda part: weight * part, [1, 2], 2)
    assert [product.requires_grad for product in products] == [records] * 2


def test_behind_an_error_nothing_goes_on_and_the_threads_are_there_for_the_next(n_threads: int):
    begun, ended = [], []

    def compute(part: int) -> int:
        begun.append(part)
        if part == 0:
            raise MemoryError("no memory for part 0")
        time.sleep(0.3)
        ended.append(part)
        return part

    with pytest.raises(MemoryError, match="no memory for part 0"):
        side_by_side(compute, range(8), 2)
    assert sorted(begun) == sorted([0, *ended])  # what had begun has ended
    assert len(begun) < 8
    time.sleep(0.4)
    assert len(begun) == len(ended) + 1
    assert torch.get_num_threads() == n_threads
    assert side_by_side(compute, [3, 2], 2) == [3, 2]


def test_threads_that_begin_meanwhile_have_all_of_torchs_threads(n_threads: int):
    found: list[int] = []

    def compute(part: int) -> None:
        thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
        thread.start()
        thread.join()

    side_by_side(compute, [0, 1], 2)
    assert found == [n_threads] * 2


def test_only_a_cpu_of_two_threads_has_two_sides(n_threads: int):
    assert n_sides_of(torch.device("cpu")) == 2
    assert n_sides_of(torch.device("meta")) == 1
    torch.set_num_threads(1)
    assert n_sides_of(torch.device("cpu")) == 1
