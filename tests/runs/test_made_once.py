import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from umeta.cache import Arrays, Home
from umeta.runs.made_once import made_once
from umeta.stage import Cancelled, OnStep, Step, content_hash, ignore_step

KEY = {"of": "these images"}
EXPECTED = np.arange(3)


def make(home: Home, made: list[int], on_step: OnStep = ignore_step, seconds: float = 0.0) -> np.ndarray:
    def vectors() -> Arrays:
        made.append(1)
        time.sleep(seconds)
        return {"embedding": EXPECTED}

    with made_once(home, "embeddings", KEY, on_step, called="an embedding"):
        return home.arrays("embeddings", KEY, vectors)["embedding"]


def test_of_several_that_need_a_product_one_makes_it(home):
    made: list[int] = []
    steps: list[Step] = []
    threads = [
        threading.Thread(target=make, args=(home, made, steps.append), kwargs={"seconds": 0.7})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert {step.note for step in steps} == {"for an embedding that another process makes"}
    np.testing.assert_array_equal(make(home, made), EXPECTED)
    assert made == [1]
    assert list((home.root / "making").iterdir()) == []


def test_a_process_that_died_while_making_is_not_waited_for(home):
    folder = home.root / "making" / f"embeddings-{content_hash(KEY)}"
    code = (
        "import os, sys; from pathlib import Path; from umeta.runs.directory_claims import take\n"
        "take(Path(sys.argv[1])); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert folder.exists()
    np.testing.assert_array_equal(make(home, []), EXPECTED)


def test_waiting_can_be_stopped(home):
    def stop(step: Step) -> None:
        raise Cancelled

    working = threading.Thread(target=make, args=(home, []), kwargs={"seconds": 0.7})
    working.start()
    time.sleep(0.2)
    with pytest.raises(Cancelled):
        make(home, [], stop)
    working.join()


def test_what_could_not_be_made_is_made_by_the_next(home):
    with pytest.raises(ValueError), made_once(home, "embeddings", KEY, ignore_step, called="an embedding"):
        raise ValueError
    made: list[int] = []
    make(home, made)
    assert made == [1]
