"""Tests umeta.ui.frame.sidebar, umeta.ui.frame.state, umeta.ui.frame.styles and umeta.ui.frame.copy_link too."""

import gc

import streamlit as st

from tests.ui.conftest import OpenPage


def test_the_collection_after_every_script_passes_over_imported_modules(open_page: OpenPage):
    def seen() -> bool:
        return any(one is vars(st) for one in gc.get_objects())

    gc.unfreeze()
    assert seen()
    st.cache_resource.clear()
    open_page("data")
    assert not seen()


def test_reruns_keep_nothing_more_from_the_collector(open_page: OpenPage):
    app = open_page("data").run()
    kept = gc.get_freeze_count()
    for _ in range(3):
        app.run()
    assert gc.get_freeze_count() <= kept
