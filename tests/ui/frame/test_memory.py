import numpy as np
from streamlit.testing.v1 import AppTest

from umeta.encoders import Embedding
from umeta.partitions import PARTITIONS
from umeta.stage import Step, content_hash
from umeta.ui.frame.memory import _progress_text, key_of


def test_a_product_is_told_by_its_embeddings_key_its_configs_options_and_the_text_of_all_else():
    vectors = np.zeros((2, 3), np.float32)
    embedding = Embedding(vectors, np.arange(2), {"encoder": "pixels"})
    again = Embedding(vectors + 1, np.arange(2), {"encoder": "pixels"})
    other = Embedding(vectors, np.arange(2), {"encoder": "pca"})
    kmeans = PARTITIONS.parse({"name": "kmeans", "n_clusters": 8})
    assert key_of(embedding, kmeans, 3) == key_of(again, kmeans, 3)
    assert key_of(embedding, kmeans, 3) == f"{embedding.key} {kmeans.model_dump_json()} 3"
    keys = {
        key_of(embedding, kmeans, 3),
        key_of(other, kmeans, 3),
        key_of(embedding, kmeans.model_copy(update={"n_clusters": 9}), 3),
        key_of(embedding, kmeans, 4),
    }
    assert len(keys) == 4


def test_a_product_is_made_once_under_a_progress_bar_that_goes():
    def page() -> None:
        import streamlit as st

        from umeta.stage import Step
        from umeta.ui.frame.memory import remember

        def make(on_step) -> int:
            on_step(Step("parts", 1, 2))
            st.session_state["made"] = st.session_state.get("made", 0) + 1
            return 7

        st.markdown(f"{remember('toy', 'of this test', label='Making', make=make)}")

    app = AppTest.from_function(page).run().run()
    assert not app.exception
    assert app.markdown[0].value == "7"
    assert app.session_state["made"] == 1
    assert not app.get("progress")


def test_what_was_stopped_is_made_only_when_the_person_goes_on():
    def page() -> None:
        import streamlit as st

        from umeta.ui.frame.errors import explained
        from umeta.ui.frame.memory import remember

        with explained():
            st.markdown(f"{remember('toy', 'that is stopped', label='Making', make=lambda _: 8)}")
        st.markdown("the rest")

    app = AppTest.from_function(page)
    app.session_state["umeta.stopped"] = frozenset({f"toy {content_hash('that is stopped')}"})
    app.run()
    assert not app.exception
    assert [info.value for info in app.info] == ["Making: stopped."]
    assert not app.markdown
    app.button[0].click().run()
    assert [text.value for text in app.markdown] == ["8", "the rest"]
    assert not app.info


def test_what_was_stopped_goes_on_at_once_where_a_person_asks_for_it():
    def page() -> None:
        import streamlit as st

        from umeta.ui.frame.memory import remember

        def make(_) -> str:
            return remember("part", "of what was stopped", label="Making a part", make=lambda _: "made")

        if st.button("Compute"):
            st.markdown(remember("whole", "that was stopped", label="Making", make=make, asked=True))

    app = AppTest.from_function(page)
    works = {"part": "of what was stopped", "whole": "that was stopped"}
    app.session_state["umeta.stopped"] = frozenset(f"{k} {content_hash(key)}" for k, key in works.items())
    app.run().button[0].click().run()
    assert not app.exception
    assert not app.info
    assert [text.value for text in app.markdown] == ["made"]


def test_the_time_left_is_told_once_it_can_be():
    assert _progress_text("Making", Step("parts", 1, 4), 1.0) == "Making: 1 of 4"
    assert _progress_text("Making", Step("parts", 1, 4), 10.0) == "Making: 1 of 4, 30 s left"
    assert (
        _progress_text("Making", Step("parts", 1_000, 4_000), 100.0) == "Making: 1,000 of 4,000, 5 min left"
    )
    assert _progress_text("Making", Step("parts", 4, 4), 10.0) == "Making: 4 of 4"
