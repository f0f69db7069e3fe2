"""Tests umeta.strict_numbers and umeta.messages too."""

import contextlib
import time

import numpy as np
import pytest

from umeta.messages import cut, shown
from umeta.runs import RunConfig
from umeta.stage import UserError
from umeta.yaml_reading import MAX_BYTES, read_value, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:30", "1:30"), ("010", 10), ("-5", -5), ("yes", "yes"), ("No", "No"), ("on", "on"), ("true", True),
        ("False", False), ("2024-01-31", "2024-01-31"), ("2024-13-45", "2024-13-45"), ("1e3", 1000.0), ("1e-05", 1e-05),
        ("3.", 3.0), (".5", 0.5), ("1_000", "1_000"), ("0x1F", "0x1F"), ("0b1", "0b1"), ("", None), ("null", None),
        ("~", None), ("a: b", {"a": "b"}), ("[1, [x]]", [1, ["x"]]), ("<<: 3", {"<<": 3}), ("=", "="), ("'5'", "5"),
        ("[", "["), ("@x", "@x"), ("5,20", "5,20"),
    ],
)  # fmt: skip
def test_values_are_those_of_yaml_1_2_and_what_is_no_yaml_is_text(text, value):
    found = read_value(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (".inf", "not a finite number"), ("-.INF", "not a finite number"), (".nan", "not a finite number"),
        ("1e999", "not a finite number"), ("9" * 4400, "more than 18 digits"), ("{a: 1, a: 2}", "stands there twice"),
        ("{1: 2}", "the key 1 is not text"), ("&a [*a]", "an alias stands in what it repeats"),
        ("[" * 5000 + "]" * 5000, "nested more than 20 deep"), ("!!python/name:os.system x", "means nothing here"),
        ("!!timestamp 2024-01-01", "means nothing here"), ("!!set {a, b}", "means nothing here"),
        ("!!int x", "means nothing here"),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_in_one_short_line(text, reason):
    with pytest.raises(UserError, match=reason) as caught:
        read_value(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_aliases_cost_what_they_repeat_and_no_more():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
    )
    begin = time.monotonic()
    with pytest.raises(UserError, match="more than 20,000 values"):
        read_value(bomb)
    assert time.monotonic() - begin < 2
    assert read_value("[&a {x: 1}, *a]") == [{"x": 1}, {"x": 1}]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("name: é".encode("latin-1"), "byte 6 is not text in UTF-8. Save it in UTF-8."),
        ("a: 1".encode("utf-16"), "byte 0 is not text in UTF-8"),
        (b"a: \x00", "special characters are not allowed"),
        (b"a: 1\nb: [\n", "line 3: "),
        (b"a: 1\na: 2\n", "line 2: the key 'a' stands there twice"),
        (b"1: 2", "line 1: the key 1 is not text"),
        (b"x" * (MAX_BYTES + 1), "it has more than 200,000 bytes"),
        (b"- 1", "holds \\[1\\], not a mapping"),
        (b"", "holds None, not a mapping"),
        (b"a: 1\n---\nb: 2", "line 2: but found another document"),
    ],
)
def test_a_file_that_is_no_config_is_refused_in_a_line_with_its_path(data, reason, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_bytes(data)
    with pytest.raises(UserError, match=reason) as caught:
        read_yaml(path, "a mapping")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_bytes(b"\xef\xbb\xbfseed: 3\n")
    assert read_yaml(path, "a mapping") == {"seed": 3}
    with pytest.raises(UserError, match=r"^there is no file .*none.yaml\.$"):
        read_yaml(tmp_path / "none.yaml", "a mapping")
    with pytest.raises(UserError, match="cannot be read as YAML: Is a directory"):
        read_yaml(tmp_path, "a mapping")


@pytest.mark.parametrize(
    "word",
    [
        "seed=true", "seed=3.0", "seed=3.5", "seed='3'", "learner.lr=true", "learner.lr='1'", "oracle=1", "oracle=yes",
        "test.n_way=[true, 3]", "task.n_shot=1e0", "test.n_tasks=1e9", "partition.n_clusters=true",
    ],
)  # fmt: skip
def test_a_truth_value_is_no_number_and_text_neither(word):
    with pytest.raises(UserError, match="valid|less than"):
        RunConfig.from_keys([word])


def test_a_whole_number_is_a_number_and_numbers_are_finite():
    assert RunConfig.from_keys(["learner.lr=1"]).learner.model_dump()["lr"] == 1.0
    with pytest.raises(UserError, match="finite"):
        RunConfig.from_keys((), {"learner": {"name": "protonets", "lr": float("inf")}})


def test_random_text_is_read_or_refused():
    rng = np.random.default_rng(0)
    alphabet = np.array(list("{}[]:,&*!|>'\"%@`#-?~ \n\t0159aе_\\\x00\x85\ufeff=."))
    for _ in range(1500):
        text = "".join(rng.choice(alphabet, int(rng.integers(1, 30))))
        with contextlib.suppress(UserError):
            read_value(text)


def test_values_in_messages_are_short_and_on_one_line():
    assert len(shown("x" * 10_000)) <= 82
    assert shown("a\nb") == "'a\\nb'"
    assert cut("a\nb") == "a?b"
    assert len(cut("x" * 10_000)) == 80
