"""Tests umeta.runs.presets, umeta.runs.testing and umeta.runs.words too."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from umeta.runs import RunConfig
from umeta.stage import UserError, build


def config(*keys: str) -> RunConfig:
    return RunConfig.from_keys(keys)


def test_the_documented_command_is_understood():
    found = config(
        "dataset=omniglot", "encoder=pca", "partition=kmeans", "partition.n_clusters=500",
        "partition.n_partitions=5", "learner=protonets", "learner.iterations=300", "task.n_way=5", "task.n_shot=1",
        "test.n_tasks=1000", "seed=0",
    )  # fmt: skip
    dumped = found.model_dump(mode="json")
    assert (dumped["partition"]["n_clusters"], dumped["partition"]["n_partitions"]) == (500, 5)
    assert dumped["learner"]["iterations"] == 300
    assert (found.test.n_way, found.test.n_shot, found.test.n_tasks) == ((5,), (1,), 1000)


@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("dataset=omniglot", "learner=maml", "test.n_shot=1,5", "baselines=linear,scratch"),
        ("test.n_shot=1,5", "test.first={5way_5shot: 10}"),
    ],
)
def test_json_and_yaml_round_trips_keep_the_run(keys):
    found = config(*keys)
    assert build(RunConfig, json.loads(found.model_dump_json()), where="").run_id == found.run_id
    assert (
        RunConfig.from_keys((), yaml.safe_load(yaml.safe_dump(found.model_dump(mode="json")))).run_id
        == found.run_id
    )


def test_naming_a_section_resets_it_and_a_dotted_key_changes_one_value():
    base = {"learner": {"name": "maml", "inner_lr": 0.4}}
    assert RunConfig.from_keys(["learner.lr=0.01"], base).model_dump()["learner"]["inner_lr"] == 0.4
    assert RunConfig.from_keys(["learner=maml"], base).model_dump()["learner"]["inner_lr"] == 0.05


@pytest.mark.parametrize(
    "words",
    [
        ("partition.n_clusters=30", "dataset=digits", "partition=kmeans"),
        ("dataset=digits", "partition=kmeans", "partition.n_clusters=30"),
        ("partition.n_clusters=30", "dataset=digits", "partition.name=kmeans", "partition.n_clusters=30"),
    ],
)
def test_words_mean_the_same_in_any_order(words):
    assert config(*words).model_dump()["partition"]["n_clusters"] == 30
    assert config(*words).run_id == config(*reversed(words)).run_id


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("seed=1", "seed=2"), "seed is given twice, as seed=1 and as seed=2; give one of them."),
        (("encoder=pca", "encoder.name=acai"), "given twice, as encoder=pca and as encoder.name=acai"),
        (("task={n_way: 3}", "task.n_way=5"), "task.n_way is given twice, as 3 and as 5"),
        (("partition.n_clusters=30", "partition=hdbscan"), "partition.n_clusters is not a known key"),
        (("seed.x=3",), "seed is one value, without options"), (("baselines.linear=3",), "baselines is one value"),
        (("test=5",), "test=5 is not understood: test has options"), (("task=[1]",), "task has options"),
        (("baselines={}",), "baseline='' is not known"), (("dataset={}",), "dataset='{}' is not known"),
        (("dataset.=3",), "is no key=value"), (("=3",), "is no key=value"), (("seed",), "is no key=value"),
        (("seed=2024-13-45",), "seed='2024-13-45'"), (("seed=1:30",), "seed='1:30'"),
        (("test.n_way=[5",), "test.n_way"),
        (("dataset=" + "x" * 5000,), "dataset='xxxx"),
    ],
)  # fmt: skip
def test_no_word_is_dropped_and_none_contradicts_another(words, message):
    for order in (words, words[::-1]):
        if len(words) > 1 and "twice" in message and order != words:
            message = "given twice"
        with pytest.raises(UserError) as caught:
            config(*order)
        assert message in str(caught.value)
        assert len(str(caught.value)) < 900


def test_counts_of_a_split_are_typed_as_a_list():
    found = config("dataset=folder:photos", "dataset.counts=5,2,5").model_dump()
    assert tuple(found["dataset"]["counts"]) == (5, 2, 5)
    with pytest.raises(UserError, match="dataset.counts='x'"):
        config("dataset=folder:photos", "dataset.counts=5,2,x")


def test_what_a_config_file_loses_by_the_reset_of_a_section_is_said(caplog):
    base = {"partition": {"name": "kmeans", "n_clusters": 30}, "task": {"n_way": 3}}
    found = RunConfig.from_keys(["partition=kmeans"], base)
    assert found.model_dump()["partition"]["n_clusters"] is None
    assert "leaves out what the config file sets: partition.n_clusters=30" in caplog.text
    caplog.clear()
    assert (
        RunConfig.from_keys(["partition.scaling=false"], base).model_dump()["partition"]["n_clusters"] == 30
    )
    assert RunConfig.from_keys(["task={n_shot: 2}"], base).task.n_way == 5
    assert "task.n_way=3" in caplog.text


def test_explicit_keys_beat_the_budget_which_beats_the_defaults():
    iterations = lambda *keys: config(*keys).learner.iterations  # noqa: E731
    assert iterations("budget=smoke") < iterations("budget=short") < iterations("budget=paper")
    assert iterations("budget=smoke", "learner.iterations=77") == 77


def test_what_depends_on_another_stage_is_resolved_and_hashed():
    one, other = config("task.n_query=15"), config("task.n_query=5")
    assert one.model_dump()["partition"]["min_cluster_size"] == 16
    assert other.model_dump()["partition"]["min_cluster_size"] == 6
    assert one.run_id != other.run_id


def test_test_tasks_take_the_training_tasks_way_and_shot():
    found = config("task.n_way=7", "task.n_shot=2")
    assert (found.test.n_way, found.test.n_shot) == ((7,), (2,))


def test_first_is_part_of_what_a_run_is_only_where_it_is_given():
    assert "first" not in config().model_dump()["test"]
    cut = config("test.first={5way_1shot: 10}")
    assert cut.model_dump(mode="json")["test"]["first"] == {"5way_1shot": 10}
    assert cut.run_id != config().run_id
    assert hash(cut.test) != hash(config().test)


def test_a_source_of_tasks_is_part_of_what_a_run_is_only_where_it_is_not_the_partitions():
    plain, named = RunConfig.from_keys([]), RunConfig.from_keys(["source=partition"])
    assert plain.run_id == named.run_id
    assert "source" not in plain.model_dump()
    umtra = RunConfig.from_keys(["source=umtra", "source.strength=0.5", "budget=paper", "dataset=omniglot"])
    assert umtra.run_id.startswith("omniglot-pretrainedglyphs-umtra-protonets-")
    assert (umtra.task.n_shot, umtra.task.n_query) == (1, 1)
    assert RunConfig.from_keys([], umtra.model_dump()) == umtra
    assert RunConfig.from_keys(["source=protoclr"]).task.n_way == 50


def test_dials_of_the_partitions_are_part_of_what_a_run_is_only_where_they_are_turned():
    plain = config("source.seed=4")
    assert plain.run_id == config().run_id
    noisy = config("source.noise=0.2")
    assert noisy.model_dump()["source"] == {"name": "partition", "noise": 0.2}
    assert noisy.run_id.rpartition("-")[0] == plain.run_id.rpartition("-")[0]
    assert noisy.run_id != plain.run_id
    assert RunConfig.from_keys([], noisy.model_dump(mode="json")) == noisy
    assert noisy.made_from()["source"]["noise"] == 0.2
    with pytest.raises(UserError, match=r"source\.n_clusters=4 are fewer than task\.n_way=5"):
        config("source.n_clusters=4")


def test_a_way_that_varies_is_part_of_what_a_run_is_and_needs_a_learner_of_any_way():
    varying = config("task.min_way=2")
    assert varying.run_id != config().run_id
    assert "min_way" not in config().model_dump()["task"]
    assert RunConfig.from_keys([], varying.model_dump(mode="json")) == varying
    for learner in ("maml", "fomaml", "anil"):
        with pytest.raises(UserError, match=rf"task\.min_way=2 lets .* vary, and {learner} has one output"):
            config("task.min_way=2", f"learner={learner}")
    with pytest.raises(UserError, match=r"task\.min_way=9 is more than task\.n_way=5"):
        config("task.min_way=9")


def test_the_encoder_that_is_not_named_is_what_suits_the_data_set():
    assert RunConfig.from_keys(["dataset=omniglot"]).encoder.name == "pretrained:glyphs"
    assert RunConfig.from_keys(["dataset=fashion-mnist"]).encoder.name == "pca"
    assert RunConfig.from_keys(["dataset=folder:photos", "encoder.dim=8"]).encoder.dim == 8
    assert RunConfig.from_keys(["dataset=omniglot", "encoder=pca"]).encoder.name == "pca"


def test_run_ids_are_readable_and_the_same_in_another_process():
    found = config("dataset=digits", "learner=maml")
    assert found.run_id.startswith("digits-pretrainedglyphs-kmeans-maml-")
    code = "from umeta.runs import RunConfig; print(RunConfig.from_keys(['dataset=digits', 'learner=maml']).run_id)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == found.run_id


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("dataset=omniglott", "dataset='omniglott' is not known. Choose one of: glyphs, digits, omniglot"),
        (
            "learner=reptile",
            "learner='reptile' is not known. Choose one of: maml, fomaml, anil, protonets, none",
        ),
        (
            "baselines=knn",
            "baseline='knn' is not known. Choose one of: nearest-neighbour, linear, prototypes, mlp, cluster-matching",
        ),
        ("encoder.dims=3", "encoder.dims is not a known key. Valid keys: encoder.name."),
        ("encoders=pca", "'encoders=pca' is no key=value of a run. Valid keys: dataset=NAME"),
        ("partition.n_clusters=1", "partition.n_clusters=1: Input should be greater than or equal to 2"),
        ("task.n_way=1", "task.n_way=1: Input should be greater than or equal to 2"),
        ("test.n_shot=0", "test.n_shot=0: Input should be greater than or equal to 1"),
        ("budget=huge", "budget='huge' is not known. Choose one of: smoke, short, paper"),
        ("seed=-1", "seed=-1: Input should be greater than or equal to 0"),
        ("test.split=meta_train", "test.split='meta_train'"),
        (
            "test.first={20way_5shot: 100}",
            "test.first: '20way_5shot' is no setting of this test. Its settings: 5way_1shot.",
        ),
        ("test.first={5way_1shot: 1}", "Input should be greater than or equal to 2"),
        ("test.first=100", "test.first=100"),
    ],
)
def test_bad_keys_are_explained_with_what_is_valid(key, message):
    with pytest.raises(UserError) as caught:
        config(key)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_more_test_ways_than_a_head_has_outputs_are_refused_before_any_work():
    with pytest.raises(
        UserError, match="test.n_way=20 is more than task.n_way=5: maml is trained with one output"
    ):
        config("learner=maml", "task.n_way=5", "test.n_way=20")
    assert config("learner=protonets", "task.n_way=5", "test.n_way=20").test.n_way == (20,)


def test_listing_runs_needs_no_torch():
    code = "import sys; from umeta.runs import RunConfig, list_runs; print('torch' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"


def paper(*keys: str) -> RunConfig:
    return config("budget=paper", *keys)


@pytest.mark.parametrize(
    ("dataset", "ways", "tested", "shots", "n_query", "iterations", "clusters", "partitions"),
    [
        ("omniglot", 20, (5, 20), (1, 5), 5, 30_000, 500, 100),
        ("mnist", 10, (10,), (1, 5, 10), 10, 30_000, 10, 100),
        ("miniimagenet", 5, (5,), (1, 5, 20, 50), 5, 60_000, 500, 50),
        ("celeba", 2, (2,), (5,), 5, 60_000, 500, 50),
    ],
)
@pytest.mark.parametrize(("learner", "queries"), [("maml", 5), ("protonets", 15)])
def test_the_papers_settings_of_each_data_set(
    dataset, ways, tested, shots, n_query, iterations, clusters, partitions, learner, queries
):
    found = paper(f"dataset={dataset}", f"learner={learner}")
    assert (found.task.n_way, found.task.n_shot, found.task.n_query) == (ways, 1, queries)
    assert (found.test.n_way, found.test.n_shot, found.test.n_query) == (tested, shots, n_query)
    assert found.test.n_tasks == 1000
    dumped = found.model_dump()
    assert dumped["learner"]["iterations"] == iterations
    assert dumped["learner"]["lr"] == 0.001
    assert (dumped["partition"]["n_clusters"], dumped["partition"]["n_partitions"]) == (clusters, partitions)
    if learner == "maml":
        expected = {"inner_lr": 0.05, "inner_steps": 5, "test_inner_steps": 50, "tasks_per_step": 8}
        assert {key: dumped["learner"][key] for key in expected} == expected


def test_explicit_keys_beat_the_papers_settings():
    found = paper(
        "dataset=omniglot",
        "learner=anil",
        "partition.n_partitions=3",
        "test.n_shot=20",
        "learner.iterations=7",
    )
    assert found.model_dump()["partition"]["n_partitions"] == 3
    assert found.model_dump()["partition"]["n_clusters"] == 500
    assert found.learner.iterations == 7
    assert (found.test.n_way, found.test.n_shot) == ((5, 20), (20,))


def test_a_way_given_for_training_is_the_tests_too_whatever_the_paper_tests():
    found = paper("dataset=omniglot", "learner=maml", "task.n_way=5")
    assert (found.task.n_way, found.test.n_way, found.test.n_shot) == (5, (5,), (1, 5))


def test_the_papers_settings_are_for_its_data_sets_and_budget_alone():
    assert config("dataset=omniglot").task.n_way == 5
    assert paper("dataset=fashion-mnist").task.n_way == 5
    assert paper("dataset=glyphs").model_dump()["partition"]["n_clusters"] is None
    found = paper("dataset=mnist", "learner=none", "baselines=cluster-matching", "partition=hdbscan")
    assert found.model_dump()["baselines"][0]["n_clusters"] == 10


@pytest.mark.parametrize("keys", [(), ("learner=maml", "task.n_way=5"), ("partition=random",)])
def test_a_paper_run_survives_its_round_trip(keys):
    found = paper("dataset=omniglot", *keys)
    assert build(RunConfig, json.loads(found.model_dump_json()), where="").run_id == found.run_id


def test_no_baselines_are_given_by_an_empty_word():
    assert config("baselines=").baselines == ()
    with pytest.raises(UserError, match="leave nothing to judge"):
        config("baselines=", "learner=none")


def test_two_baselines_of_one_name_in_results_are_refused():
    with pytest.raises(UserError, match="baselines: 2 are called prototypes in results; keep one of them"):
        config("baselines=prototypes,linear,prototypes")
    found = config(
        "baselines=[prototypes, {name: prototypes, centred: true}, {name: nearest-neighbour, k: auto}]"
    )
    assert [one.label for one in found.baselines] == [
        "prototypes",
        "prototypes-centred",
        "nearest-neighbour-tuned",
    ]


@pytest.mark.parametrize("name", ["x" * 235, "猫" * 80, "photos/", ".", "a b$*_|'\"\n", "日本/語.zip"])
def test_the_id_of_a_run_is_a_file_name_whatever_its_images_are_called(name: str) -> None:
    found = RunConfig.from_keys(("encoder=pca",), {"dataset": {"name": f"folder:{name}"}})
    assert len(found.run_id.encode()) < 200
    assert re.fullmatch(r"[^\W_]*(-[^\W_]*){3}-[0-9a-f]{10}", found.run_id)


def test_how_queries_are_shared_out_is_part_of_an_identity_only_where_it_is_given():
    assert "query_dirichlet" not in config().model_dump()["test"]
    assert config("test.query_dirichlet=2").run_id != config().run_id
    assert config("test.query_dirichlet=2").model_dump()["test"]["query_dirichlet"] == 2.0


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (
            ("test.of=views",),
            "test.query_dirichlet=2 shares the queries out over true classes, and test.of=views has none",
        ),
        (
            ("baselines=[{name: mlp, stop_on_query_loss: true}]",),
            "mlp-stopped-on-queries needs equally many queries",
        ),
    ],
)
def test_unequal_queries_are_refused_where_they_mean_nothing(keys, problem):
    with pytest.raises(UserError, match=problem):
        config("test.query_dirichlet=2", *keys)
