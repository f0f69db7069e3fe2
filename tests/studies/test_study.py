"""Tests umeta.studies.grid too."""

from functools import cache
from pathlib import Path

import pytest

from tests.studies.small_studies import TINY, write_study
from umeta.stage import UserError
from umeta.studies.study import SHIPPED, RowFilter, Study, list_studies, load_study


def test_a_list_is_an_axis_and_the_product_of_a_blocks_axes_are_its_cells(tmp_path):
    grid = [
        {
            "encoder": ["pca", "pixels"],
            "partition": ["kmeans", {"name": "kmeans", "n_partitions": 3}],
            "learner": "protonets",
            "seed": [0, 1],
            "baselines": ["linear", "prototypes"],  # one value, no axis
        }
    ]
    common = {**TINY["common"], "encoder": "pca"}
    study = load_study(write_study(tmp_path, grid=grid, common=common), "smoke")
    partitions = [cell.model_dump()["partition"] for cell in study.cells]
    counts = [one["n_partitions"] for one in partitions]
    assert [(c.encoder.name, n, c.seed) for c, n in zip(study.cells, counts, strict=True)] == [
        ("pca", 1, 0), ("pca", 1, 1), ("pca", 3, 0), ("pca", 3, 1),
        ("pixels", 1, 0), ("pixels", 1, 1), ("pixels", 3, 0), ("pixels", 3, 1),
    ]  # fmt: skip
    assert {one["n_clusters"] for one in partitions} == {20}  # of the budget, by the method's name
    assert {tuple(b.name for b in c.baselines) for c in study.cells} == {("linear", "prototypes")}


def test_later_layers_lie_over_earlier_ones(tmp_path):
    path = write_study(tmp_path)
    study = load_study(path, "smoke")
    assert study.name == "tiny"
    assert [(c.learner.name, c.partition.name, c.seed) for c in study.cells] == [
        ("none", "random", 0), ("protonets", "kmeans", 0), ("protonets", "kmeans", 1), ("protonets", "oracle", 0),
    ]  # fmt: skip
    trained = study.cells[1]
    assert (trained.learner.iterations, trained.task.n_way, trained.test.n_way) == (4, 5, (3, 5))
    assert trained.model_dump()["encoder"]["dim"] == 16  # an option without a name is of the default method
    assert trained.baselines == ()
    over = load_study(path, "smoke", ["protonets.iterations=6", "test.n_tasks=9", "seed=7"]).cells
    assert [c.learner.iterations for c in over] == [
        0,
        6,
        6,
    ]  # both trainings have seed 7 now, and are one cell
    assert {c.test.n_tasks for c in over} == {9}
    assert {c.test.n_way for c in over} == {(3, 5)}


def test_cells_of_two_studies_may_be_one_run(tmp_path):
    own = load_study(write_study(tmp_path), "smoke").cells
    other = tmp_path / "other"
    other.mkdir()
    some = load_study(write_study(other, grid=[TINY["grid"][1]]), "smoke").cells
    assert {c.run_id for c in some} < {c.run_id for c in own}


def test_only_a_part_is_taken(tmp_path):
    path = write_study(tmp_path)
    assert [c.seed for c in load_study(path, "smoke", only="partition=kmeans").cells] == [0, 1]
    assert len(load_study(path, "smoke", only="learner=protonets,seed=0").cells) == 2
    assert len(load_study(path, "smoke", only="partition.n_clusters=2").cells) == 1
    with pytest.raises(UserError, match="none of the 4 cells of study tiny has learner=maml"):
        load_study(path, "smoke", only="learner=maml")
    with pytest.raises(UserError, match="'acai' selects nothing. Give key=value"):
        load_study(path, "smoke", only="acai")


def test_cells_are_selected_by_their_source_too_where_most_have_the_plain_one():
    assert {cell.source.name for cell in load_study("frontier", only="source=protoclr").cells} == {"protoclr"}
    views = load_study("frontier", only="source=umtra,seed=0").cells
    assert [(cell.source.name, cell.seed) for cell in views] == [("umtra", 0)]
    plain = load_study("frontier", only="source=partition").cells
    assert {cell.source.name for cell in plain} == {"partition"}
    assert len(plain) == 22


def test_a_block_may_be_of_some_budgets_alone(tmp_path):
    grid = [*TINY["grid"], {"budgets": ["short"], "partition": "kmeans", "learner": "protonets", "seed": 2}]
    path = write_study(tmp_path, grid=grid)
    assert (len(load_study(path, "smoke").cells), len(load_study(path, "short").cells)) == (4, 5)


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"grid": []}, "tiny.yaml: grid=.*at least 1 item"),
        ({"aims": "none"}, "tiny.yaml: aims is not a known key. Valid keys: title, question, common"),
        ({"budgets": {"huge": {}}}, "tiny.yaml: budgets.huge"),
        ({"grid": [{"encodr": "pca"}]}, "block 1 of its grid: 'encodr' is no section of a run and no method"),
        ({"grid": [{"encoder": "vgg"}]}, "block 1 of its grid: encoder='vgg' is not known"),
        (
            {"grid": [{"partition": "gmm"}]},
            "partition=gmm leaves n_clusters to the data.*give partition.n_clusters",
        ),
        (
            {"grid": [{"learner": "none", "baselines": []}]},
            "learner=none and no baselines leave nothing to judge",
        ),
        ({"grid": [{"learner": ["protonets", {"n_filters": -1}]}]}, "learner.n_filters=-1"),
        ({"comparisons": [{"claim": "A > B", "a": {"method": "x"}}]}, "tiny.yaml: comparisons.b"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(tmp_path, over, message):
    with pytest.raises(UserError, match=message):
        load_study(write_study(tmp_path, **over), "smoke")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title: [", "cannot be read as YAML"),
        ("- a\n- b\n", "holds .*, not a mapping with title"),
        ("title: x\n", "question=.*Field req"),
    ],
)
def test_a_file_that_is_no_study(tmp_path, content, message):
    path = tmp_path / "broken.yaml"
    path.write_text(content)
    with pytest.raises(UserError, match=message):
        load_study(str(path))


def test_an_unknown_study_or_budget_lists_those_there_are(tmp_path):
    every = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.yaml")))
    with pytest.raises(UserError, match=f"Choose one of: {every}; or give the path"):
        load_study("imagenet")
    with pytest.raises(UserError, match="there is no study file"):
        load_study(str(tmp_path / "none.yaml"))
    with pytest.raises(UserError, match="has no budget=paper; it has smoke, short"):
        load_study(write_study(tmp_path), "paper")


@cache
def shipped(name: str, budget: str = "short") -> Study:
    """Load each study once: a hundred cells are checked each time."""
    return load_study(name, budget)


@pytest.mark.parametrize("name", list_studies())
def test_every_shipped_study_is_valid_without_any_data(name: str):
    for budget in shipped(name).file.budgets:
        study = shipped(name, budget)
        assert study.path == SHIPPED / f"{name}.yaml"
        assert len({cell.run_id for cell in study.cells}) == len(study.cells)
        for comparison in study.file.comparisons:
            for one in (comparison.a, comparison.b):
                assert any(one.takes(cell) for cell in study.cells), (budget, comparison.claim, one)
        assert not any(cell.oracle for cell in study.cells)  # it is a cell of its own
        judging = [cell for cell in study.cells if cell.baselines]
        judged = {(cell.dataset, cell.encoder, cell.baselines, cell.test, cell.seed) for cell in judging}
        assert len(judged) == len(judging)  # nothing is computed in two cells


def test_what_studies_share_is_the_same_cell():
    ids = {name: {cell.run_id for cell in shipped(name).cells} for name in list_studies()}
    assert ids["simclr"] < ids["omniglot"]
    assert len(ids["construction"] & ids["omniglot"]) == 1  # ProtoNets on true classes


def test_a_selection_takes_cells_by_name_or_by_option(tmp_path):
    cells = load_study(write_study(tmp_path), "smoke").cells
    assert [RowFilter(method="x", partition="kmeans").takes(cell) for cell in cells] == [
        False,
        True,
        True,
        False,
    ]
    precise = RowFilter(method="x", partition={"name": "random", "n_clusters": 2}, learner="none")
    assert [precise.takes(cell) for cell in cells] == [True, False, False, False]


def test_the_folder_of_finished_cells_lies_beside_the_file(tmp_path):
    study = load_study(write_study(tmp_path), "smoke")
    assert study.shipped == Path(tmp_path, "cells", "smoke")


def test_a_cell_is_named_with_the_options_by_which_the_study_has_others_of_that_name(tmp_path):
    grid = [
        {"encoder": ["pixels", {"name": "pca", "dim": 8}, {"name": "pca", "dim": 16}], "learner": "protonets"}
    ]
    study = load_study(write_study(tmp_path, grid=grid), "smoke")
    assert [study.names_of(cell)[0] for cell in study.cells] == [
        "pixels",
        "pca (dim=8)",
        "pca (dim=16)",
    ]
    assert {study.names_of(cell)[2] for cell in study.cells} == {"protonets"}


def test_a_word_that_would_change_no_cell_is_refused():
    with pytest.raises(UserError, match="infogan.dim=3 would change nothing: no cell of study omniglot"):
        load_study("omniglot", words=["infogan.dim=3"])
    with pytest.raises(UserError, match="seed is given twice"):
        load_study("omniglot", words=["seed=1", "seed=2"])
    with pytest.raises(UserError, match="none of the|selects nothing"):
        load_study("omniglot", only="seed=[")


def test_an_option_that_is_left_out_at_rest_can_be_asked_for(tmp_path):
    grid = [{"encoder": [{"name": "simclr"}, {"name": "simclr", "test_views": 8}], "learner": "none"}]
    common = {key: value for key, value in TINY["common"].items() if key != "encoder"}
    study = load_study(write_study(tmp_path, grid=grid, common=common, comparisons=[]), "smoke")
    for views in (0, 8):
        rows = RowFilter(method="prototypes", encoder={"name": "simclr", "test_views": views})
        assert [rows.takes(cell) for cell in study.cells] == [views == 0, views == 8]


def test_cells_of_other_images_or_test_tasks_are_named_so():
    study = load_study("switches")
    others = {names[3] for cell in study.cells if len(names := study.names_of(cell)) == 4}
    assert others == {
        "dataset.rotated=meta_train", "dataset.rotated=all", "dataset.split=vinyals", "dataset.split=lake",
        "test.n_query=1", "test.n_query=15", "test.n_tasks=100",
    }  # fmt: skip


def test_an_option_at_rest_is_told_from_that_of_the_first_cell(tmp_path):
    grid = [
        {
            "test": [{"of": "views"}, {"of": "classes"}],
            "learner": "none",
            "partition": {"name": "random", "n_clusters": 2},
        }
    ]
    study = load_study(write_study(tmp_path, grid=grid), "smoke")
    assert [study.names_of(cell)[3:] for cell in study.cells] == [[], ["test.of=as usual"]]
