"""The answer in a sentence, before any chart; for a study, what became of its claims."""

import streamlit as st

from umeta.results.comparison import difference_sentence
from umeta.results.headline import main_differences
from umeta.results.interval_cover import DRAWN_FROM
from umeta.tasks.test_tasks import TasksOf
from umeta.ui.frame import state
from umeta.ui.frame.text import code, plain
from umeta.ui.results.result_set import ResultSet
from umeta.wording import counted

LABEL_USE = {
    "none": "No true class was looked at before this run was launched.",
    "revealed": "True classes had been revealed in the app before this run was launched.",
    "tuned on meta_val": "Options were chosen by accuracy on meta_val.",
    "elsewhere": "The encoder was trained on labels elsewhere before it came here.",
    "unknown": "The encoder was trained elsewhere; whether labels were used there is not known.",
    "oracle": "The learner itself was trained on true classes.",
}


def draw_answer(results: ResultSet) -> None:
    """Draw where the numbers are from and what they come to."""
    _draw_origin(results)
    best = results.compared[0]
    claims = [finding for finding in results.findings() if finding.setting == best.setting]
    if results.study:
        claim = f" The claim: *{plain(claims[0].claim)}*" if claims else ""
        st.markdown(f"**{plain(results.study.file.question)}**{claim}")
    differences = [finding.difference for finding in claims] or main_differences(results.compared)
    if not differences:
        st.subheader(
            f"{plain(best.name)} answers {100 * best.accuracy:.1f}% right ({best.setting}).", anchor=False
        )
        _draw_test_note(results)
        return
    st.subheader(plain(difference_sentence(differences[0])), anchor=False)
    _draw_test_note(results)
    if len(claims) > 1:  # those of a study are many: the chart comes first
        with st.expander(f"What became of all {len(claims)} claims"):
            lines = (
                f"- *{plain(finding.claim)}* {plain(difference_sentence(finding.difference))}"
                for finding in claims
            )
            st.markdown("\n".join(lines))
    elif not claims:
        st.markdown(
            "\n".join(f"- {plain(difference_sentence(difference))}" for difference in differences[1:])
        )


def _draw_test_note(results: ResultSet) -> None:
    """Say what tasks of views do not show, and that classes are few, before anything else is read."""
    best = results.compared[0]
    if best.run.result.test_note:
        st.info(best.run.result.test_note, icon=":material/visibility:")
    if best.uses_marks:
        st.info(
            "**Judged by marks.** The classes are a few that a person marked, so the intervals here are over classes: "
            "they say how much other classes might change the result.",
            icon=":material/label:",
        )


def _draw_origin(results: ResultSet) -> None:
    """Draw how much of a study is finished, or that the results came with the app."""
    n_precomputed = sum(run.precomputed for run in results.runs)
    if results.study:
        finished = f"{len(results.runs)} of {len(results.study.cells)} cells are finished"
        if n_precomputed:
            finished += (
                f", :blue-badge[:material/inventory_2: {n_precomputed} of them precomputed]: they came with umeta, "
                "with their config, seeds and hash"
            )
        st.markdown(f"{finished}.")
    elif n_precomputed == len(results.runs):
        st.info(
            "**Precomputed results**, shipped with the app: its demo on invented characters.",
            icon=":material/inventory_2:",
        )
        st.page_link(
            state.page("train"), label="Train on your own choice of images", icon=":material/play_circle:"
        )


def draw_footing(results: ResultSet) -> None:
    """Draw what the numbers stand on: labels, tasks, and the intervals' meaning."""
    revealed = any(contender.label_use == "revealed" for contender in results.compared)
    uses = {run.result.label_use for run in results.runs}
    label_use = uses.pop() if len(uses) == 1 else "revealed" if revealed else "as grouped in the chart"
    hashes = dict.fromkeys(row.tasks_hash for contender in results.charted for row in contender.rows)
    n_trainings = max(len(contender.trainings) if contender.repeated else 1 for contender in results.compared)
    st.markdown(
        f"**Labels: {plain(label_use)}.** {LABEL_USE.get(label_use, '')} "
        f"Test tasks: hash {', '.join(code(tasks_hash) for tasks_hash in hashes)}. "
        f"{interval_meaning(results.compared[0].row.n_tasks, n_trainings, results.compared[0].judged_on)}"
    )


def draw_notes(results: ResultSet) -> None:
    """Draw what was left out or assumed in reading the images, and which defaults were fitted to them."""
    notes = dict.fromkeys(note for run in results.runs for note in run.result.notes)
    if notes:
        title = f"{counted(len(notes), 'note')} on how these results were made"
        with st.expander(title, icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(note)}" for note in notes))


def interval_meaning(n_tasks: int, n_trainings: int, judged_on: TasksOf = "classes") -> str:
    """Return what the intervals over tasks cover and what they do not, in two sentences."""
    if n_trainings >= 3:
        trainings = (
            f"Small points are single trainings (n = {n_trainings}); differences are paired by training seed."
        )
    else:
        trainings = (
            f"It covers no other training (n = {n_trainings}): a claim that one method is better takes "
            "3 or more."
        )
    return (
        f"An interval over tasks holds for {counted(n_tasks, 'task')} drawn from the same {DRAWN_FROM[judged_on]}, "
        f"19 times in 20. {trainings}"
    )
