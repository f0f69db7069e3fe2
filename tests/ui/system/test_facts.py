import pytest

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.ui.system.facts import collect_facts


def test_system_says_versions_places_and_licences(open_page: OpenPage):
    app = open_page("system")
    assert not app.exception
    tables = " ".join(table.value.to_string() for table in app.table)
    for text in ("torch", "streamlit", "CPU", "runs"):
        assert text in tables
    for text in ("MIT licence", "**Omniglot**", "CC BY 4.0"):
        assert text in texts(app)
    assert not app.button


def test_system_shows_the_quota_and_what_it_means_to_be_above_it(
    open_page: OpenPage, shared_home: Home, monkeypatch: pytest.MonkeyPatch
):
    (shared_home.root / "a file").write_bytes(bytes(2000))
    monkeypatch.setenv("UMETA_QUOTA", "1 kB")
    collect_facts.clear()
    app = open_page("system")
    assert not app.exception
    texts_of_bars = [bar.proto.text for bar in app.get("progress")]  # type: ignore[attr-defined]
    assert any(
        text.endswith("of 1.0 kB. Above it no run starts: free some, or raise it") for text in texts_of_bars
    )
    collect_facts.clear()
