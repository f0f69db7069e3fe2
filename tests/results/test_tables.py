import csv
import io
from dataclasses import replace

import pytest

from tests.results.made_up import ON_VIEWS, finished
from umeta.results.tables import as_csv, as_latex, as_markdown, as_table, columns, every_contender
from umeta.stage import UserError

RUNS = [
    finished(("CACTUs-MAML", "transductive", (6, 6)), ("oracle-MAML", "transductive", (9, 9)), seed=0),
    finished(("CACTUs-MAML", "transductive", (8, 8)), seed=1),
    finished(("linear", None, (5, 5)), shape=(2, 5), tasks_hash="abc"),
]


def test_the_table_says_all_that_a_number_needs():
    table = columns(every_contender(RUNS))
    assert table["method"] == ["oracle-MAML (transductive BN)", "CACTUs-MAML (transductive BN)", "linear"]
    assert table["accuracy %"] == [90.0, 70.0, 50.0]
    assert table["± tasks"] == [1.0, 1.0, 1.0]
    assert table["± classes"] == [2.0, 2.0, 2.0]
    assert table["trainings"] == [1, 2, 1]
    assert table["seeds"] == ["0", "0, 1", "0"]
    assert table["queries seen"] == ["together", "together", "one by one"]
    assert table["labels"][0] == "trained on true labels"
    assert table["tasks hash"] == ["abc"] * 3


def test_a_name_without_a_batch_norm_mode_says_that_queries_were_seen_together():
    run = finished(("prototypes-soft-kmeans", None, (6, 6)))
    row = replace(run.rows[0], transductive=True)
    together = replace(run, result=replace(run.result, rows=(row,)))
    assert "| prototypes-soft-kmeans [queries seen together] |" in as_markdown(every_contender([together]))


def test_csv_can_be_read_back():
    table = columns(every_contender(RUNS))
    rows = list(csv.DictReader(io.StringIO(as_csv(table))))
    assert [float(row["accuracy %"]) for row in rows] == [90.0, 70.0, 50.0]
    assert rows[1]["method"] == "CACTUs-MAML (transductive BN)"


def test_tables_of_tasks_of_views_speak_of_images():
    methods = every_contender([finished(("linear", None, (5, 5)), **ON_VIEWS)])
    assert columns(methods)["± images"] == [2.0]
    assert "± images" in as_csv(columns(methods)).splitlines()[0]
    assert "5 queries per image" in as_markdown(methods)
    assert "class" not in as_csv(columns(methods)).splitlines()[0]


def test_markdown_has_a_column_for_each_way_and_shot_and_marks_the_oracle():
    text = as_markdown(every_contender(RUNS))
    lines = text.splitlines()
    assert lines[0] == "| method | 2-way 1-shot | 2-way 5-shot |"
    # 0.6 and 0.8: ± 12.706 · 0.1414 / √2 = 1.2706
    assert "| CACTUs-MAML (transductive BN) [2 trainings] | 70.00 ± 127.06 | – |" in lines
    assert "| oracle-MAML (transductive BN) [trained on true labels] | 90.00 ± 1.00 | – |" in lines
    assert "| linear | – | 50.00 ± 1.00 |" in lines


def test_latex_is_laid_out_for_booktabs_and_escapes_names():
    run = finished(("my_50%_method", None, (5, 5)))
    text = as_latex(every_contender([run]))
    assert r"my\_50\%\_method & 50.00 $\pm$ 1.00 \\" in text
    assert [line for line in text.splitlines() if line.startswith("\\")][:2] == [
        r"\begin{tabular}{lr}",
        r"\toprule",
    ]
    assert text.count(r"\midrule") == 1


def test_an_unknown_format_is_answered_with_those_there_are():
    with pytest.raises(UserError, match="csv, latex, markdown"):
        as_table(RUNS, "excel")


def test_unequal_queries_have_a_column_of_their_own_and_are_called_a_mean():
    unequal = finished(("linear", None, (4, 4)), tasks_hash="u", query_dirichlet=2.0)
    methods = every_contender([finished(("linear", None, (5, 5))), unequal])
    assert columns(methods)["query balance"] == ["equal", "Dirichlet(2)"]
    head, _, line, *_ = as_markdown(methods).splitlines()
    assert head == "| method | 2-way 1-shot | 2-way 1-shot, Dirichlet(2) queries |"
    assert line == "| linear | 50.00 ± 1.00 | 40.00 ± 1.00 |"
    assert "5 queries per class on average" in as_markdown(methods)
