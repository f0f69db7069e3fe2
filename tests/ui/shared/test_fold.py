from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from umeta.ui.shared.fold import draw_folded

    draw_folded("The *numbers*", lambda: st.code("1 2 3"), icon=":material/table:", key="numbers")


def test_what_is_folded_is_drawn_once_it_is_opened():
    app = AppTest.from_function(script).run()
    assert [fold.label for fold in app.expander] == [r"The \*numbers\*"]
    assert not app.code
    app.session_state["numbers"] = True
    assert [code.value for code in app.run().code] == ["1 2 3"]
