import pytest

from umeta.demo import MAML
from umeta.demo.learners import demo_learner
from umeta.results.reload import SHIPPED_LEARNER


def test_the_demo_s_maml_is_given_as_it_was_trained():
    config, state = demo_learner(MAML, MAML / SHIPPED_LEARNER)
    assert config.learner.name == "maml"
    assert state.step == config.learner.iterations == 2000
    assert len(state.weights["head.bias"]) == config.task.n_way


def test_a_folder_without_a_run_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="install umeta again"):
        demo_learner(tmp_path, tmp_path / "none")
