import pytest

from tests.ui.conftest import OpenPage


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("explore", "projection"),
        ("explore", "colour"),
        ("partitions", "b"),
        ("partitions", "section"),
        ("tasks", "show"),
        ("results", "view"),
    ],
)
def test_a_value_of_a_link_that_is_not_here_is_announced_and_the_page_still_opens(
    page: str, key: str, open_page: OpenPage
):
    app = open_page(page, **{key: "nonsense"})
    assert not app.exception
    assert [one.value for one in app.warning if f"{key}='nonsense' is not here. There are: " in one.value]
    assert not [one for one in open_page(page).warning if "is not here" in one.value]
