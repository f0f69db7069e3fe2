from tests.small_runs import small
from umeta.results.run_names import run_names
from umeta.runs import RunConfig


def named(*configs: RunConfig) -> list[str]:
    return list(run_names({config.run_id: config.model_dump(mode="json") for config in configs}).values())


def test_a_run_alone_is_named_by_its_methods():
    assert named(small()) == ["glyphs · pca · kmeans · protonets"]


def test_runs_of_the_same_methods_are_named_by_what_differs_and_no_more():
    names = named(
        small("seed=1"),
        small("seed=2"),
        small("seed=2", "learner.n_filters=16"),
        small("learner=maml", "seed=7"),
    )
    assert names == [
        "glyphs · pca · kmeans · protonets · seed=1 · n_filters=8",
        "glyphs · pca · kmeans · protonets · seed=2 · n_filters=8",
        "glyphs · pca · kmeans · protonets · seed=2 · n_filters=16",
        "glyphs · pca · kmeans · maml",
    ]


def test_a_run_of_turned_dials_is_named_by_its_partition_and_the_dials():
    names = named(small(), small("source.noise=0.2"), small("source.noise=0.4"), small("source=umtra"))
    assert names == [
        "glyphs · pca · kmeans · protonets",
        "glyphs · pca · kmeans · protonets · noise=0.2",
        "glyphs · pca · kmeans · protonets · noise=0.4",
        "glyphs · pca · umtra · protonets",
    ]


def test_what_follows_from_a_difference_is_not_said_too():
    smoke, short = (
        RunConfig.from_keys(["dataset=digits", "encoder=pca", f"budget={budget}"])
        for budget in ("smoke", "short")
    )
    assert named(smoke, short) == [
        "digits · pca · kmeans · protonets · budget=smoke",
        "digits · pca · kmeans · protonets · budget=short",
    ]


def test_shapes_say_whose_they_are_and_lists_are_short():
    names = named(small("test.n_way=5,20"), small("test.n_way=5"))
    assert [name.rpartition(" · ")[2] for name in names] == ["test.n_way=5,20", "test.n_way=5"]
    names = named(small("baselines=linear"), small("baselines=linear,mlp"))
    assert [name.rpartition(" · ")[2] for name in names] == ["baselines=linear", "baselines=linear,mlp"]


def test_a_folder_is_named_by_its_own_name_and_no_difference_leaves_the_hash():
    config = {"dataset": {"name": "folder:/home/me/photos"}, "encoder": {"name": "pca"}}
    assert run_names({"a-b-12": config, "a-b-34": config}) == {
        "a-b-12": "photos · pca · unknown · unknown · 12",
        "a-b-34": "photos · pca · unknown · unknown · 34",
    }
