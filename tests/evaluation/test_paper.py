import pytest

from umeta.evaluation.paper import SOURCES, PaperRow, paper_rows

ROWS = paper_rows()


def place(row: PaperRow) -> tuple[str, str | None, str, int, int]:
    return row.dataset, row.method.encoder, row.method.name, row.n_way, row.n_shot


def figure(
    dataset: str, encoder: str | None, method: str, n_way: int, n_shot: int, n_partitions: int | None = None
) -> PaperRow:
    (row,) = (
        row
        for row in ROWS
        if place(row) == (dataset, encoder, method, n_way, n_shot)
        and n_partitions in (None, row.n_partitions)
    )
    return row


@pytest.mark.parametrize(
    ("asked", "accuracy", "ci95"),
    [
        (("omniglot", "acai", "nearest-neighbour", 5, 1), 0.5746, None),
        (("omniglot", "acai", "CACTUs-ProtoNets", 5, 1), 0.6812, 0.0084),
        (("omniglot", "bigan", "linear", 20, 5), 0.4582, None),
        (("omniglot", None, "oracle-MAML", 5, 5), 0.9883, 0.0012),
        (("omniglot", None, "oracle-ProtoNets", 20, 1), 0.9531, None),
        (("omniglot", None, "random-MAML", 20, 1), 0.0651, None),
        (("miniimagenet", "deepcluster", "linear", 5, 50), 0.6528, None),
        (("miniimagenet", None, "scratch", 5, 20), 0.5153, None),
        (("celeba", "deepcluster", "nearest-neighbour", 2, 5), 0.6147, None),
    ],
)
def test_figures_as_printed(asked, accuracy, ci95):
    found = figure(*asked)
    assert (found.accuracy, found.ci95) == (accuracy, ci95)


def test_the_constructions_of_the_poster():
    asked = ("omniglot", "acai", "CACTUs-MAML", 5, 5)
    by_construction = {
        (row.partition, row.n_partitions): row.accuracy for row in ROWS if place(row) == asked
    }  # fmt: skip
    assert by_construction == {("kmeans", 100): 0.8778, ("hyperplanes", 2400): 0.8320, ("kmeans", 1): 0.8560}


def test_the_papers_gain_over_nearest_neighbours():
    ours, plain = (figure("omniglot", "acai", one, 5, 1, n_partitions=p).accuracy
                   for one, p in (("CACTUs-MAML", 100), ("nearest-neighbour", None)))  # fmt: skip
    assert 100 * (ours - plain) == pytest.approx(11.38)


def test_intervals_are_given_where_they_were_read_and_nowhere_else():
    found = {place(row) for row in ROWS if row.ci95}
    read = [
        ("omniglot", "acai", "CACTUs-MAML"), ("omniglot", "acai", "CACTUs-ProtoNets"),
        ("omniglot", None, "oracle-MAML"),
        ("miniimagenet", "deepcluster", "CACTUs-MAML"), ("miniimagenet", "deepcluster", "CACTUs-ProtoNets"),
        ("miniimagenet", None, "oracle-MAML"),
    ]  # fmt: skip
    assert found == {(*one, 5, shot) for one in read for shot in (1, 5)}


def test_what_was_found_in_no_print_is_absent():
    assert {row.dataset for row in ROWS} == {"omniglot", "miniimagenet", "celeba"}
    celeba = {(row.method.encoder, row.method.name) for row in ROWS if row.dataset == "celeba"}
    assert celeba == {
        (None, "scratch"), ("deepcluster", "nearest-neighbour"), ("deepcluster", "CACTUs-MAML"), (None, "oracle-MAML"),
    }  # fmt: skip
    single = {(row.dataset, row.n_way, row.n_shot) for row in ROWS if row.n_partitions == 1}
    assert single == {
        ("omniglot", 20, 1),
        ("omniglot", 5, 5),
        ("miniimagenet", 5, 1),
        ("miniimagenet", 5, 50),
    }
    assert not [row for row in ROWS if row.method.encoder == "bigan" and row.n_partitions == 1]
    assert len(ROWS) == 15 * 4 + 15 * 4 + 4 * 2 + 2 * 2 + 4


def test_every_figure_is_a_fraction_above_half_of_chance_with_a_known_source_and_stands_once():
    for row in ROWS:
        assert 0.5 / row.n_way < row.accuracy < 1
        assert row.source in SOURCES
    assert len({row[:6] for row in ROWS}) == len(ROWS)
