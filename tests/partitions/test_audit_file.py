import json

import numpy as np
import pytest

from umeta.partitions.audit_file import JudgedPairs, as_csv, as_json, read_audit, rows_of
from umeta.stage import UserError

IDS = ["ant", "bee", "cat, big", "dog"]
CLUSTERS = np.array([0, 0, 1, 1], np.int32)
PAIRS = np.array([[0, 1], [3, 2], [2, 3]])


def judged(*answers: str) -> JudgedPairs:
    one = JudgedPairs(PAIRS)
    for answer in answers:
        one = one.answered(answer)
    return one


def test_answers_are_counted_and_taken_back():
    one = judged("same", "different", "unsure")
    assert one.done
    assert one.answered("same").answers == one.answers
    found = one.score()
    assert (found.n_same, found.n_different, found.n_unsure, found.noise) == (1, 1, 1, 0.5)
    assert one.back().answers == ("same", "different")
    assert JudgedPairs(PAIRS).back().answers == ()


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_takes_the_audit_up_again(kind: str):
    one = judged("different", "same")
    rows = rows_of(one, IDS, CLUSTERS)
    text = as_csv(rows) if kind == "csv" else as_json(rows, {"dataset": "pets"}, one.score())
    again = read_audit(text.encode(), IDS, CLUSTERS)
    assert again.answers == one.answers
    np.testing.assert_array_equal(again.pairs, one.pairs)
    if kind == "json":
        assert json.loads(text)["result"]["label_noise"] == 0.5
        assert json.loads(text)["dataset"] == "pets"


def test_the_order_of_items_may_be_another_on_another_machine():
    text = as_csv(rows_of(judged("same"), IDS, CLUSTERS))
    again = read_audit(text.encode(), IDS[::-1], CLUSTERS[::-1])
    np.testing.assert_array_equal(again.pairs, 3 - PAIRS)


def test_an_audit_of_something_else_is_refused():
    text = as_csv(rows_of(judged("same"), IDS, CLUSTERS)).encode()
    with pytest.raises(UserError, match="'ant' is not in this data set"):
        read_audit(text, ["fox", *IDS[1:]], CLUSTERS)
    with pytest.raises(UserError, match="2 of the 3 pairs in the file are not in one cluster"):
        read_audit(text, IDS, np.array([0, 0, 1, 2], np.int32))
    with pytest.raises(UserError, match="1 of the 3 pairs"):
        read_audit(text, IDS, np.array([-1, -1, 1, 1], np.int32))


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"{}", b"[1]", b"\xff\xfe", b"{broken"])
def test_what_is_no_audit_is_refused(content: bytes):
    with pytest.raises(UserError, match="no audit"):
        read_audit(content, IDS, CLUSTERS)


def test_an_unknown_judgement_is_named():
    with pytest.raises(UserError, match="judged 'maybe'"):
        read_audit(b"item_a,item_b,cluster,judgement\nant,bee,0,maybe\n", IDS, CLUSTERS)
