from umeta.ui.start.pictures import bars_html


def test_a_bar_has_its_interval_about_its_end_and_says_its_number():
    html = bars_html([("No practice", "#123456", 0.5, 0.02)], 0.2)
    assert 'aria-label="No practice: 50.0 percent, give or take 2.0"' in html
    assert '<i style="width:50.00%"></i><u style="left:48.00%;width:4.00%"></u>' in html
    assert html.count("left:20.00%") == 2  # the chance line, and the word under it
    assert "guessing: 20%" in html
