"""Tests umeta.widgets.curve_drawing too."""

import xml.etree.ElementTree as ElementTree

import umeta
from umeta.stage import Step


def test_curves_grow_with_a_training_and_a_second_one_is_drawn_beside():
    curves = umeta.curves()
    assert "polyline" not in curves.value
    for step in range(1, 11):
        curves(Step("train", step, 10, {"loss": 1 / step, "accuracy": step / 10}))
    curves(Step("partition", 1, 10, {"loss": 99.0}))
    drawn = ElementTree.fromstring(curves.value)
    title = drawn.findtext("{*}title")
    assert title
    assert title.startswith("Curves of a training, training 1: loss 0.2")
    assert "at step 10" in title
    n_lines = len(drawn.findall(".//{*}polyline"))
    for step in range(1, 11):
        curves(Step("train", step, 10, {"loss": 2.0, "accuracy": 0.5}))
    again = ElementTree.fromstring(curves.value)
    assert len(again.findall(".//{*}polyline")) == 2 * n_lines
    assert "training 2: loss 2.00, accuracy 0.50 at step 10" in str(again.findtext("{*}title"))


def test_where_no_kernel_runs_they_are_a_drawing():
    curves = umeta.curves()
    curves(Step("train", 10, 10, {"loss": 0.5, "accuracy": 0.9}))
    data, _ = curves._repr_mimebundle_()
    assert ElementTree.fromstring(data["image/svg+xml"]).tag.endswith("svg")
    assert data["text/plain"] == "Curves of a training, training 1: loss 0.50, accuracy 0.90 at step 10."
