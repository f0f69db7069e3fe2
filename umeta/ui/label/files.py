"""The marks as a file: taken away, and taken up again."""

import streamlit as st

from umeta.data import Dataset
from umeta.data.marks import Marks, check_marks, merged
from umeta.data.marks_file import marks_as_csv, marks_as_json, parse_marks
from umeta.data.marks_store import change_marks
from umeta.stage import UserError
from umeta.ui.frame import access, state
from umeta.ui.frame.text import plain
from umeta.ui.label.marking import show_anew

_READ = "umeta.marks read"


def draw_files(dataset: Dataset, marks: Marks) -> None:
    """Draw the downloads of the marks, how the command line takes them, and the upload of a file of marks."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, text in (("JSON", marks_as_json(marks)), ("CSV", marks_as_csv(marks))):
            st.download_button(
                f"Export {kind}",
                text,
                f"marks.{kind.lower()}",
                key=f"marks {kind}",
                icon=":material/download:",
                disabled=not marks.class_of,
                on_click="ignore",
            )
        st.markdown("For the command line: `umeta run … --labels marks.json`", width="content")
    with st.expander("Import marks", icon=":material/upload_file:"):
        file = st.file_uploader(
            "A file exported here, or a CSV with the columns id and class", ["json", "csv"], key="marks file"
        )
        if file is not None and st.session_state.get(_READ) != file.file_id:
            try:
                access.check_full("Importing marks")
                more = parse_marks(file.getvalue(), file.name)
                check_marks(more, dataset.images.ids, dataset.content, file.name)
                change_marks(state.home(), dataset.content, marks, merged(marks, more))
            except (UserError, OSError) as problem:
                st.error(plain(problem), icon=":material/error:")
                return
            st.session_state[_READ] = file.file_id
            show_anew()
            st.rerun(scope="fragment")
