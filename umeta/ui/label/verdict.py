"""The verdict by marks: the methods of a finished run are judged anew, in a process of its own; nothing is trained."""

import streamlit as st

from umeta.data import Dataset
from umeta.data.marks import Marks
from umeta.data.marks_store import kept_for_good
from umeta.results.comparison import difference_sentence
from umeta.results.contenders import contenders, settings_of
from umeta.results.headline import main_differences
from umeta.runs import RunDirectory, launch, list_runs
from umeta.runs.result import RunResult
from umeta.runs.verdict import shape_for, verdict_config
from umeta.stage import UserError
from umeta.ui.frame import access, links, state
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain
from umeta.ui.shared.finished_runs import finished_run
from umeta.ui.shared.reveal import SEEN
from umeta.wording import counted

TARGET = 10
"""Marks of a class that are enough."""
FEW_CLASSES, MANY_CLASSES = 5, 20
_VERDICT = "umeta.verdict"


def draw_verdict(dataset: Dataset, marks: Marks) -> None:
    """Draw what the marks are good for, the button that judges by them, and the verdict."""
    st.markdown(f"#### Judge with these labels\n\n{readiness(marks)}")
    runs = _runs_of(dataset)
    if not runs:
        st.markdown("There is no finished run of these images yet, so there is nothing to judge.")
        st.page_link(state.page("train"), label="Train a learner first", icon=":material/play_circle:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Run to judge", list(runs), key="run to judge", persist_state=KEPT, width=420)
        pressed = st.button(
            "Judge with these labels",
            type="primary",
            icon=":material/gavel:",
            key="judge",
            disabled=not marks.is_enough,
            help="The learner was trained without labels and stays as it is; judging takes seconds.",
        )
    if pressed:
        _launch(runs[name], marks)
    run_id = st.session_state.get(_VERDICT)
    if run_id:
        _draw_outcome(RunDirectory(state.home().runs / run_id))


def readiness(marks: Marks) -> str:
    """Return what the marks are good for, and what would make them better."""
    sizes = [len(ids) for ids in marks.classes.values()]
    n_marks, usable = sum(sizes), sum(size >= 2 for size in sizes)
    if not marks.is_enough:
        return f"So far {counted(n_marks, 'mark')}. A task needs two classes of two images at least; 5 to 20 are good."
    shape = shape_for(sizes, FEW_CLASSES)
    advice = [
        f"{counted(n_marks, 'mark')} of {counted(usable, 'class')}: tasks of {shape['n_way'][0]} ways, 1 shot and "
        f"{counted(shape['n_query'], 'query')} of each class."
    ]
    if usable < FEW_CLASSES:
        advice.append("With so few classes the accuracy says little of others: mark 5 to 20.")
    small = [plain(label) for label, ids in marks.classes.items() if len(ids) < TARGET]
    if small:
        advice.append(
            f"Fewer than {TARGET} images are marked of {', '.join(small[:5])}{' …' * (len(small) > 5)}."
        )
    advice.append(
        "The accuracy will carry its interval over these few classes. Typical images of clusters are easier than "
        "others: for a fair sample mark “By chance”."
    )
    return " ".join(advice)


def _runs_of(dataset: Dataset) -> dict[str, RunResult]:
    """Return the finished runs of these images, the newest first; of those that differ by labels alone, one."""
    config = state.selection().dataset_method().model_dump(mode="json")
    wanted = _without_labels({**config, "name": f"{config['name'].partition(':')[0]}:{dataset.card.source}"})
    runs: dict[str, RunResult] = {}
    for directory in list_runs(state.home()):
        result = directory.result()
        if result is not None and _without_labels(result.config["dataset"]) == wanted:
            method = result.own_learner
            name = f"{method.name if method else 'baselines'} · {directory.run_id}"
            if not result.uses_marks:
                runs[name] = result
    return runs


def _without_labels(dataset: object) -> dict[str, object]:
    assert isinstance(dataset, dict)
    return {key: value for key, value in dataset.items() if key not in ("labels", "content")}


def _launch(run: RunResult, marks: Marks) -> None:
    try:
        with st.spinner("Starting a process for it …"):
            config = verdict_config(run.config, kept_for_good(state.home(), marks), marks)
            label_use = "revealed" if st.session_state.get(SEEN) else run.label_use
            started = access.started(lambda: launch(config, state.home(), label_use=label_use))
    except (UserError, OSError) as error:
        st.error(plain(error), icon=":material/error:")
        return
    st.session_state[_VERDICT] = started.run_id


def _draw_outcome(run: RunDirectory) -> None:
    running = run.status().is_at_work
    st.fragment(_draw_state, run_every=1.0 if running else None, key="verdict")(run, running)


def _draw_state(run: RunDirectory, running: bool) -> None:
    status = run.status()
    if running and not status.is_at_work:
        st.rerun()  # once, so that the timer stops
    finished = finished_run(run)
    if finished is not None:
        setting = settings_of([finished])[0]
        differences = main_differences(contenders([finished], setting))
        sentence = difference_sentence(differences[0]) if differences else "Judged."
        st.success(plain(sentence), icon=":material/gavel:")
        st.page_link(
            state.page("results"),
            label="See the chart and all numbers in Results",
            icon=":material/bar_chart:",
            query_params=links.query({links.RUN: run.run_id}),
        )
    elif status.state == "queued":
        st.progress(0.0, text="It waits for its turn in the queue; Train shows what is before it.")
    elif status.state == "running":
        share = status.done / status.total if status.total else 0.0
        st.progress(min(share, 1.0), text=plain(f"{status.stage} {status.message}"))
    else:
        st.error(plain(f"{status.state}: {status.message}"), icon=":material/error:")
