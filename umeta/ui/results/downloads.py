"""Everything of the results that can be taken away: tables, the figure, the results, the tasks, the curves."""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from umeta.figures.results import accuracies
from umeta.results.archive.writing import write_archive
from umeta.results.interval_cover import Over
from umeta.results.tables import as_csv, as_latex, as_markdown, columns
from umeta.results.tensorboard import can_write_events, write_events
from umeta.runs import RunDirectory
from umeta.ui.results.overview import PICTURES
from umeta.ui.results.result_set import ResultSet


def draw_downloads(results: ResultSet, over: Over) -> None:
    """Offer tables, the figure, the results themselves, the lists of tasks and the training curves."""
    name, methods = results.name, results.charted
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
        _button("Result (JSON)", lambda: _as_json(results), f"{name}.json", "application/json")
        directory = results.runs[0].directory
        for file in sorted((directory.path / "test_tasks").glob("*.safetensors")) if directory else ():
            label = f"Test tasks {file.stem.replace('_', ' ')}"
            _button(label, file.read_bytes, file.name, "application/octet-stream")
    if directories := [run.directory for run in results.runs if run.directory and not run.precomputed]:
        st.markdown("**Whole runs**, to be imported elsewhere: on Train, or by `umeta import`")
        _button("Runs (zip)", lambda: _runs_zip(directories), f"{name}-runs.zip", "application/zip")
    st.markdown("**Training curves** as TensorBoard events")
    if can_write_events():
        _button("TensorBoard (zip)", lambda: _events(results), f"{name}-events.zip", "application/zip")
    else:
        st.markdown('Needs one more package: `pip install "umeta[tensorboard]"`, then start the app anew.')


def _button(label: str, content: Callable[[], str | bytes], file_name: str, mime: str) -> None:
    st.download_button(label, content, file_name, mime, icon=":material/download:", on_click="ignore")


def _runs_zip(directories: list[RunDirectory]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "runs.zip"
        write_archive(directories, file)
        return file.read_bytes()


def _as_json(results: ResultSet) -> str:
    """Return the result of the run, or a list where there are several."""
    every = [run.result.to_json() for run in results.runs]
    return json.dumps(every[0] if len(every) == 1 else every, indent=1)


def _events(results: ResultSet) -> bytes:
    packed = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        write_events(results.runs, Path(folder))
        for file in sorted(Path(folder).rglob("*.tfevents.*")):
            archive.write(file, file.relative_to(folder))
    return packed.getvalue()
