import pytest

from umeta.stage import UserError
from umeta.studies.resources import Resources, profile_file, read_profile, save_profile


def test_a_saved_profile_is_read_again_with_options_over_it(home):
    saved = Resources(partition="gpu", time="4:00:00", gpus=1, setup=("module load cuda",))
    file = save_profile("slurm", saved, home)
    assert file == home.root / "profiles" / "slurm.yaml"
    assert "cpus" not in file.read_text()  # what is at rest stays out of it
    assert read_profile("slurm", home, {}) == saved
    assert read_profile("slurm", home, {"gpus": 2}) == saved.model_copy(update={"gpus": 2})


def test_a_profile_that_is_not_there_lists_those_that_are(home):
    with pytest.raises(UserError, match="'gpu' is not in .*profiles. Saved there: none yet"):
        read_profile("gpu", home, {})
    save_profile("slurm", Resources(), home)
    with pytest.raises(UserError, match="Saved there: slurm"):
        read_profile("gpu", home, {})


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "a b"])
def test_a_name_is_no_path(home, name):
    with pytest.raises(UserError, match="is no name"):
        profile_file(name, home)


def test_a_wrong_value_is_told_with_its_file(home):
    file = save_profile("slurm", Resources(), home)
    file.write_text("gpus: -1\n")
    with pytest.raises(UserError, match="gpus"):
        read_profile("slurm", home, {})
    file.write_text("nodes: 3\n")
    with pytest.raises(UserError, match="nodes is not a known key"):
        read_profile("slurm", home, {})
    file.write_text('partition: "gpu\\n#SBATCH --wrap=x"\n')
    with pytest.raises(UserError, match="partition"):
        read_profile("slurm", home, {})


def test_cells_with_a_gpu_are_of_cuda_whatever_this_machine_has():
    assert Resources(gpus=1).device == "cuda"
    assert Resources().device == "cpu"
