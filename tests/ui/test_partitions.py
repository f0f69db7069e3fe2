from tests.ui.conftest import OpenPage, html_of, texts
from umeta.ui.report_card import card_html, two_digits

BADGE = "true classes: not seen in training"


def test_two_partitions_stand_side_by_side_with_their_sizes(open_page: OpenPage):
    app = open_page("partitions", k="20", b="random", b_k="12")
    assert not app.exception
    assert len(app.get("bidi_component")) == 2
    assert "#### A: kmeans, 20 clusters" in texts(app)
    assert "#### B: random, 12 clusters" in texts(app)
    assert "A and B agree to 0.0" in texts(app)
    charts = app.get("plotly_chart")
    assert len(charts) == 1
    assert BADGE not in texts(app)
    assert "Purity</th>" not in texts(app)


def test_agreement_with_classes_is_shown_only_when_revealed(open_page: OpenPage):
    app = open_page("partitions", reveal="true", b="oracle")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    assert BADGE in texts(app)
    card = next(html for html in html_of(app) if "Purity" in html)
    assert "<td>100.0%</td>" in card
    assert "10 of 10" in card
    assert app.session_state["umeta.revealed"] is True
    assert "oracle" not in open_page("partitions", b="oracle").selectbox(key="b").options


def test_clusters_too_small_for_the_task_are_counted(open_page: OpenPage):
    app = open_page("partitions", k="60", way="50", shot="20", query="20")
    assert not app.exception
    assert "no 50-way task can be drawn" in texts(app)


def test_one_of_several_scaled_partitions_can_be_shown(open_page: OpenPage):
    first = open_page("partitions", b="kmeans", b_p="3", b_n="1")
    assert "A and B agree to 1.00" in texts(first)
    second = open_page("partitions", b="kmeans", b_p="3", b_n="2")
    assert not second.exception
    assert "A and B agree to 1.00" not in texts(second)
    unscaled = open_page("partitions", b="kmeans", b_p="3", b_n="2", b_scaling="false")
    assert not unscaled.exception


def test_scores_have_no_negative_zero_and_cards_are_escaped():
    assert two_digits(-0.001) == "0.00"
    assert two_digits(-0.01) == "-0.01"
    html = card_html(["<b>"], {"x": ("<i>", "a & b")}, [{"x": "<u>"}])
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html
