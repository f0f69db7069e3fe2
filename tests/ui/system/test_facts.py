from pathlib import Path

from tests.ui.conftest import OpenPage, texts
from umeta.ui.system.facts import folder_size


def test_system_says_versions_places_and_licences(open_page: OpenPage):
    app = open_page("system")
    assert not app.exception
    tables = " ".join(table.value.to_string() for table in app.table)
    for text in ("torch", "streamlit", "CPU", "runs"):
        assert text in tables
    for text in ("MIT licence", "**Omniglot**", "CC BY 4.0"):
        assert text in texts(app)
    assert not app.button


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "deep" / "b").write_bytes(b"678")
    assert folder_size(tmp_path) == 8
    assert folder_size(tmp_path / "nowhere") == 0
