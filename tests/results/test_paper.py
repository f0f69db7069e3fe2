from tests.results.made_up import finished
from umeta.results.contenders import Setting, contenders
from umeta.results.paper import paper_columns, paper_references
from umeta.results.tables import every_contender


def test_the_papers_figures_stand_beside_the_same_methods_alone():
    run = finished(
        ("CACTUs-MAML", "transductive", (7, 7)),
        ("CACTUs-MAML", "support", (6, 6)),
        ("oracle-MAML", "transductive", (9, 9)),
        ("nearest-neighbour", None, (6, 6)),
        ("prototypes", None, (6, 6)),
        ("scratch", "transductive", (5, 5)),
        shape=(5, 1),
    )
    marks = {reference.label: reference.accuracy for reference in paper_references(every_contender([run]))}
    assert marks == {
        "CACTUs-MAML (transductive BN)": 0.6884,
        "oracle-MAML (transductive BN)": 0.9446,
        "nearest-neighbour": 0.5746,
        "scratch (transductive BN)": 0.525,
    }
    one_partition = finished(
        ("CACTUs-MAML", "transductive", (7, 7)),
        shape=(20, 1),
        partition={"name": "kmeans", "n_partitions": 1},
    )
    assert [reference.accuracy for reference in paper_references(every_contender([one_partition]))] == [
        0.4504
    ]
    digits = finished(("nearest-neighbour", None, (6, 6)), shape=(5, 1), dataset={"name": "digits"})
    assert paper_references(every_contender([digits])) == []


def test_all_that_the_paper_has_at_a_way_and_shot_stands_in_a_table():
    run = finished(("nearest-neighbour", None, (6, 6)), shape=(20, 1))
    table = paper_columns(every_contender([run])[0])
    assert (
        table["method"].count("CACTUs-MAML") == 5
    )  # of BiGAN and ACAI in the main table; of pixels and twice of ACAI on the poster
    assert len({len(column) for column in table.values()}) == 1
    assert paper_columns(every_contender([finished(("linear", None, (1, 1)))])[0]) == {}


def test_the_paper_has_no_figure_of_unequal_queries():
    run = finished(("nearest-neighbour", None, (6, 6)), shape=(5, 1), query_dirichlet=2.0)
    assert paper_references(contenders([run], Setting(5, 1, 2.0))) == []
