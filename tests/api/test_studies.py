import pytest

import umeta
from umeta.cache import Home
from umeta.results.claims import findings
from umeta.stage import UserError
from umeta.studies.study import load_study


@pytest.fixture(autouse=True)
def _empty_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UMETA_HOME", str(home.root))


def test_the_paper_s_table_is_read_with_its_claims(home: Home):
    omniglot = umeta.study("omniglot")
    assert (
        omniglot.question
        == "Does meta-training on clusters beat the embedding that the clusters were made from?"
    )
    table = omniglot.evaluation.table()
    line = table[
        (table["method"].str.startswith("oracle-ProtoNets")) & (table["way"] == 5) & (table["shot"] == 1)
    ]
    assert line["accuracy %"].round(1).tolist() == [98.1]  # as the README has it
    claims = omniglot.claims()
    first = next(findings(load_study("omniglot"), home))
    assert claims["points"].tolist()[0] == 100 * first.difference.mean
    assert set(claims["claim"]) >= {"CACTUs-MAML on ACAI beats every baseline on ACAI."}


def test_a_study_without_finished_cells_says_how_to_compute_them():
    with pytest.raises(
        UserError, match=r"none of the \d+ cells of study omniglot is finished at budget=paper"
    ):
        umeta.study("omniglot", budget="paper")
