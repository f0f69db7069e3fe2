"""The Train page over a home that no other test has written to."""

import pytest

from tests.ui.conftest import OpenPage
from umeta.cache import Home


@pytest.fixture
def empty_home(open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of the test's own, which the page is opened over."""
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    return home


def click(app, label: str):
    """Click the button of that label and return the page drawn anew."""
    return next(button for button in app.button if button.label == label).click().run()
