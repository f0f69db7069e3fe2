import pytest

from tests.ui.conftest import OpenPage, texts
from umeta.stage import UserError
from umeta.ui.frame.text import plain

FAILED = "could not download https://example.org: no route. Try again."


@pytest.fixture
def without_omniglot(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setenv("UMETA_DATA", str(tmp_path))


def test_every_set_has_a_card_with_licence_split_and_counts(open_page: OpenPage, without_omniglot):
    app = open_page("data")
    assert not app.exception
    assert [header.value for header in app.subheader][:4] == [
        "Digits",
        "Your own images",
        "Glyphs",
        "Omniglot",
    ]
    page_text = texts(app)
    for text in ("CC BY 4.0", "MIT", "1,797 handwritten digits", "**Split** items", "Nothing was left out"):
        assert text in page_text
    assert len(app.table) == 2


def test_a_missing_set_says_what_it_needs_and_downloads_nothing_unasked(
    open_page: OpenPage, without_omniglot, monkeypatch: pytest.MonkeyPatch
):
    downloads = []

    def download(name, home, *, on_step):
        downloads.append(name)
        raise UserError(FAILED)

    monkeypatch.setattr("umeta.ui.data.cards.download_dataset", download)
    app = open_page("data")
    assert any("images_background.zip" in info.value for info in app.info)
    assert "By hand" in texts(app)
    assert not downloads
    app.button(key="download omniglot").click().run()
    assert downloads == ["omniglot"]
    assert not app.exception
    assert [error.value for error in app.error] == [plain(FAILED)]
    assert app.button(key="download omniglot").label == "Download (16 MB)"


def test_broken_files_are_one_clear_line_and_the_other_cards_stay(
    open_page: OpenPage, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "omniglot").mkdir()
    for name in ("images_background.zip", "images_evaluation.zip"):
        (tmp_path / "omniglot" / name).write_bytes(b"PK\x03\x04 cut off")
    monkeypatch.setenv("UMETA_DATA", str(tmp_path))
    app = open_page("data")
    assert not app.exception
    assert len(app.error) == 1
    assert "images_background" in app.error[0].value
    assert len(app.table) == 2
