"""Runs on a person's own images: a result belongs to them, and they may have no labels."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.studies.small_studies import write_study
from umeta.cache import Home
from umeta.results.cell_files import export_cells
from umeta.results.study_rows import finished_cell
from umeta.runs import RunConfig, RunDirectory, execute
from umeta.runs.processes import resume
from umeta.runs.result import RunResult
from umeta.stage import UserError
from umeta.studies.cells import execute_study, state_of
from umeta.studies.study import load_study

KEYS = (
    "dataset.size=8",
    "encoder=pixels",
    "learner=none",
    "baselines=nearest-neighbour",
    "partition=random",
    "partition.n_clusters=2",
    "test.n_way=3",
    "test.n_shot=1",
    "test.n_query=2",
    "test.n_tasks=20",
    "device=cpu",
    "budget=smoke",
)


def write_photos(folder: Path, *, noise: bool) -> Path:
    """Write nine classes, each of a colour, or of noise that no method can tell apart."""
    for c in range(9):
        (folder / f"class{c}").mkdir(parents=True, exist_ok=True)
        for k in range(5):
            rng = np.random.default_rng([c, k])
            pixels = np.full((8, 8, 3), 28 * c, np.uint8) + rng.integers(0, 2, (8, 8, 3)).astype(np.uint8)
            if noise:
                pixels = rng.integers(0, 256, (8, 8, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"class{c}" / f"{k}.png")
    return folder


def run(path: Path | str, home: Home, *keys: str) -> tuple[RunDirectory, RunResult]:
    return execute(RunConfig.from_keys((f"dataset=folder:{path}", *KEYS, *keys)), home)


def test_pictures_replaced_under_one_path_give_the_result_of_a_fresh_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())
    photos = write_photos(tmp_path / "photos", noise=False)
    _, before = run(photos, home)
    _, again = run(photos, home)
    assert again.run_id == before.run_id
    write_photos(photos, noise=True)
    _, after = run(photos, home)
    _, fresh = run(photos, Home(tmp_path / "fresh", ()))
    assert (after.run_id, after.rows[0].accuracy) == (fresh.run_id, fresh.rows[0].accuracy)
    assert before.rows[0].accuracy == 1
    assert after.rows[0].accuracy < 0.7
    assert after.notes[0].startswith("The images changed since")
    assert fresh.notes == ()


def test_two_folders_of_one_relative_name_share_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, ids = Home(tmp_path / "home", ()), []
    for place, noise in (("a", False), ("b", True)):
        write_photos(tmp_path / place / "photos", noise=noise)
        monkeypatch.chdir(tmp_path / place)
        directory, result = run("photos", home)
        ids.append(result.run_id)
        assert directory.config().dataset.name == f"folder:{tmp_path / place / 'photos'}"
    assert len(set(ids)) == 2


def test_a_run_whose_images_changed_is_not_resumed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())
    photos = write_photos(tmp_path / "photos", noise=False)
    directory, _ = run(photos, home)
    directory.result_file.unlink()
    directory.write_status("cancelled")
    write_photos(photos, noise=True)
    with pytest.raises(UserError, match="the images of folder:.* changed: the run is of images with hash"):
        resume(directory, home)
    assert directory.status().state == "cancelled"
    with pytest.raises(UserError, match="the images of folder:.* changed"):
        execute(directory.config(), home)


def write_nearest_neighbour_study(folder: Path, photos: Path) -> str:
    """Write a study of one cell, the nearest neighbour among the photographs' pixels."""
    return write_study(
        folder,
        common={
            "dataset": {"name": f"folder:{photos}", "size": 8},
            "test": {"n_way": 3, "n_shot": 1, "n_query": 2, "n_tasks": 20},
        },
        grid=[
            {
                "encoder": "pixels",
                "learner": "none",
                "partition": {"name": "random", "n_clusters": 2},
                "baselines": ["nearest-neighbour"],
            }
        ],
        budgets={"smoke": {}},
        comparisons=[],
    )


def test_a_study_of_own_images_ends_and_begins_anew_when_they_change(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())
    photos = write_photos(tmp_path / "photos", noise=False)
    file = write_nearest_neighbour_study(tmp_path, photos)
    study = load_study(file, "smoke")
    (cell,) = study.cells
    assert state_of(study, cell, home) == "waiting"
    assert execute_study(study, home) == []
    assert state_of(study, cell, home) == "finished"
    write_photos(photos, noise=True)
    assert execute_study(study, home) == []
    assert len(list(home.runs.iterdir())) == 2


def test_a_precomputed_cell_of_other_images_than_those_at_the_path_does_not_count(tmp_path):
    home = Home(tmp_path / "home", ())
    photos = write_photos(tmp_path / "photos", noise=False)
    file = write_nearest_neighbour_study(tmp_path, photos)
    study = load_study(file, "smoke")
    (cell,) = study.cells
    assert execute_study(study, home) == []
    found = finished_cell(study, cell, home)
    assert found is not None
    export_cells([(cell, found)], study.shipped.parent, "smoke")
    never_read = Home(tmp_path / "never read", ())
    assert state_of(study, cell, never_read) == "precomputed"
    elsewhere = Home(tmp_path / "elsewhere", ())
    cell.dataset.load(elsewhere)
    assert state_of(study, cell, elsewhere) == "precomputed"
    write_photos(photos, noise=True)
    cell.dataset.load(elsewhere)
    assert state_of(study, cell, elsewhere) == "waiting"
    assert finished_cell(study, cell, elsewhere) is None
