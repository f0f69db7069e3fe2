from streamlit.testing.v1 import AppTest


def test_an_error_that_a_person_can_mend_is_one_line_and_ends_the_page():
    def page() -> None:
        import streamlit as st

        from umeta.stage import UserError
        from umeta.ui.frame.errors import explained

        with explained():
            raise UserError("n_way=1 asks for one class; choose 2 or more.")
        st.markdown("the rest of the page")

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [error.value for error in app.error] == ["n_way=1 asks for one class; choose 2 or more."]
    assert not app.markdown
