import json
from pathlib import Path

from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.runs.deletion import delete, empty
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.upkeep.references import identity, needed_by, references


def products_of(home: Home) -> dict[str, dict]:
    """What each product of a home was made from, by its place; images, to which no config refers, left out."""
    files = {
        file.parent.relative_to(home.products): file for file in home.products.glob("*/*/made_from.json")
    }
    return {
        str(place): json.loads(file.read_text())["made_from"]
        for place, file in files.items()
        if place.parts[0] != "images"
    }


def test_a_run_needs_all_that_was_made_for_it_and_nothing_of_another(
    finished: RunDirectory, finished_home: Home
):
    needed = needed_by(finished.config())
    made = products_of(finished_home)
    kinds = [Path(place).parts[0] for place in made]
    assert sorted(kinds) == ["embeddings", "encoders", "learners", "learners", "partitions"]
    for made_from in made.values():
        assert identity(made_from) in needed
    others = {
        "seed": small("oracle=true", "seed=5"),
        "encoder": small("oracle=true", "encoder.dim=8"),
        "partition": small("oracle=true", "partition.n_clusters=21"),
    }
    met = {
        name: sorted(Path(place).parts[0] for place in made if identity(made[place]) in needed_by(config))
        for name, config in others.items()
    }
    assert met == {
        "seed": ["embeddings", "encoders", "partitions"],
        "encoder": ["learners"],  # the oracle's
        "partition": ["embeddings", "encoders", "learners"],
    }


def test_a_map_is_needed_with_its_embedding_and_a_round_with_its_learner(
    finished_home: Home, finished: RunDirectory
):
    made, needed = products_of(finished_home), needed_by(finished.config())
    embedding = next(made_from for place, made_from in made.items() if place.startswith("embeddings"))
    learner = next(made_from for place, made_from in made.items() if place.startswith("learners"))
    positions = {**embedding, "projection": {"name": "tsne", "code_version": 1}, "seed": 3, "items": "0"}
    assert identity(positions) in needed
    assert identity({**positions, "groups": "0"}) in needed
    assert identity({**positions, "encoder": {"name": "another"}}) not in needed
    assert identity({"learner": learner, "round": 2}) in needed
    assert identity({"learner": {**learner, "seed": 99}, "round": 2}) not in needed


def test_deleted_runs_and_studies_that_were_started_need_theirs_too(home: Home):
    run = RunDirectory.create(small(), home, label_use="none")
    run.write_status("cancelled")
    delete(run, home)
    assert references(home) == (needed_by(small()), ())
    empty(home)
    assert references(home) == (set(), ())
    order = StudyOrder(study="transductive")
    StudyDirectory.create(order, home)
    assert references(home).needed >= needed_by(order.load().cells[0])


def test_runs_that_cannot_be_read_are_told(home: Home):
    run = RunDirectory.create(small(), home, label_use="none")
    run.write_status("cancelled")
    run.config_file.write_text("{")
    assert references(home) == (set(), (run.run_id,))
