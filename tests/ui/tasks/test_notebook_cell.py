import numpy as np
import pytest

from tests.ui.conftest import OpenPage
from tests.ui.tasks.page_content import shown_items


@pytest.mark.parametrize(
    "link",
    [
        {"n_clusters": "20"},
        {"n_clusters": "20", "n_partitions": "3", "partition_number": "2"},
        {"source": "random"},
        {"label_noise": "0.4", "n_clusters": "20", "n_partitions": "3", "partition_number": "2"},
        {"label_noise": "0.6", "label_noise_form": "clustered", "source": "oracle", "reveal": "true"},
        {"source": "augmented"},
        {"source": "oracle", "reveal": "true"},
        {"source": "test tasks", "reveal": "true", "task": "1002"},
    ],
)
def test_the_notebook_cell_draws_the_same_task(open_page: OpenPage, link: dict[str, str]):
    app = open_page("tasks", **link)
    key = "task map True" if link.get("source") == "test tasks" else "task map False"
    app.session_state[key] = {"cell": [-1.0, -2.0, 3.0, 4.0]}
    app.run()
    assert not app.exception
    scope: dict = {}
    exec(app.code[0].value, scope)
    task = scope["task"]
    assert np.concatenate([task.support[0], task.query[0]], axis=1).ravel().tolist() == shown_items(app)
