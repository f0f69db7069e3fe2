import numpy as np

from umeta.tasks import TaskBatch
from umeta.tasks.guess_code import decode_guess, encode_guess


def a_task(*queries: tuple[int, int]) -> TaskBatch:
    support = np.arange(len(queries)).reshape(1, -1, 1)
    zeros = np.zeros(1, np.int64)
    return TaskBatch(support, np.array([queries]), zeros, support[..., 0])


def test_a_guess_is_kept_with_its_task_and_read_for_no_other():
    task, rows = a_task((10, 11), (12, 13)), np.array([[0, 1], [1, 1]])
    text = encode_guess(task, rows)
    assert text.endswith("-1.2.2.2")
    np.testing.assert_array_equal(decode_guess(text, task), rows)
    assert decode_guess(text, a_task((10, 11), (12, 14))) is None
    for broken in ("", text[:-2], text[:-1] + "3", text[:-1] + "0", text + ".1", "hello-1.2.2.2"):
        assert decode_guess(broken, task) is None
