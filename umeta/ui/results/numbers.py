"""All numbers of the chart as a table, and everything that can be taken away."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

import streamlit as st

from umeta.figures.results import accuracies
from umeta.results.contenders import Over
from umeta.results.tables import as_csv, as_latex, as_markdown, columns
from umeta.results.tensorboard import can_write_events, write_events
from umeta.ui.results.overview import PICTURES, paper_table
from umeta.ui.results.result_set import Shown
from umeta.ui.shared.tables import draw_table


def draw_numbers(shown: Shown) -> None:
    """Draw the table of all methods, and the paper's under it."""
    draw_table(columns(shown.drawn), key="rows")
    paper = paper_table(shown)
    if paper:
        with st.expander(f"The paper's figures, {shown.here[0].setting}", icon=":material/menu_book:"):
            st.markdown(
                "Hsu, Levine, Finn, ICLR 2019, on **another split** and with the authors' encoders; only what could be "
                "read in print. MAML's are transductive."
            )
            draw_table(paper, key="paper rows")


def take_away(shown: Shown, over: Over) -> None:
    """Offer tables, the figure, the results themselves, the lists of tasks and the training curves."""
    name, methods = shown.name, shown.drawn
    st.markdown("**Table** of what the chart shows")
    with st.container(horizontal=True):
        _button("CSV", lambda: as_csv(columns(methods)), f"{name}.csv", "text/csv")
        _button("LaTeX", lambda: as_latex(methods), f"{name}.tex", "text/plain")
        _button("Markdown", lambda: as_markdown(methods), f"{name}.md", "text/markdown")
    st.markdown(
        "**Figure.** The camera at a chart's upper right saves a picture, as PNG or SVG; HTML is a page by itself."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Cameras save",
            PICTURES,
            default=PICTURES[0],
            required=True,
            key="picture",
            persist_state="page",
            label_visibility="collapsed",
        )
        _button("HTML", lambda: accuracies(methods, over=over).figure.to_html(), f"{name}.html", "text/html")
    st.markdown("**Results and tasks**, for another machine to judge its methods on")
    with st.container(horizontal=True):
        results = [dict(run.result) for run in shown.runs]
        one = results[0] if len(results) == 1 else results
        _button("Result (JSON)", lambda: json.dumps(one, indent=1), f"{name}.json", "application/json")
        directory = shown.runs[0].directory
        for file in sorted((directory.path / "test_tasks").glob("*.safetensors")) if directory else ():
            label = f"Test tasks {file.stem.replace('_', ' ')}"
            _button(label, file.read_bytes, file.name, "application/octet-stream")
    st.markdown("**Training curves** as TensorBoard events")
    if can_write_events():
        _button("TensorBoard (zip)", lambda: _events(shown), f"{name}-events.zip", "application/zip")
    else:
        st.markdown('Needs one more package: `pip install "umeta[tensorboard]"`, then start the app anew.')


def _button(label: str, make, file_name: str, mime: str) -> None:
    st.download_button(label, make, file_name, mime, icon=":material/download:", on_click="ignore")


def _events(shown: Shown) -> bytes:
    packed = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        write_events(shown.runs, Path(folder))
        for file in sorted(Path(folder).rglob("*.tfevents.*")):
            archive.write(file, file.relative_to(folder))
    return packed.getvalue()
