import pytest

from tests.small_runs import small
from umeta.cache import Home
from umeta.results.run_filter import matching
from umeta.runs import RunDirectory
from umeta.runs.run_list import list_facts


@pytest.mark.parametrize(
    ("words", "seeds"),
    [
        ("", [2, 1, 0]),
        ("glyphs PCA", [2, 1, 0]),
        ("seed=1", [1]),
        ("seed=", []),
        ("encoder.dim=16 failed", [2]),
        ("#Paper", [1, 0]),
        ("#pap", []),
        ("pap figure", [1]),
        ("cancelled best", [0]),
        ("nowhere", []),
    ],
)
def test_every_word_has_to_be_found(words: str, seeds: list[int], home: Home):
    for seed, state in enumerate(("cancelled", "cancelled", "failed")):
        run = RunDirectory.create(small(f"seed={seed}"), home, label_use="none")
        run.write_status(state)
    runs = {facts.config["seed"]: facts.run for facts in list_facts(home)}
    runs[0].remark(name="The best", tags=("paper",))
    runs[1].remark(note="for Figure 2", tags=("paper",))
    assert [facts.config["seed"] for facts in matching(list_facts(home), words)] == seeds
