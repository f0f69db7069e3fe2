"""The answer in a sentence, before any chart; for a study, what became of its claims."""

import streamlit as st

from umeta.results.comparison import Difference, difference, in_words
from umeta.results.contenders import Contender
from umeta.ui.frame import state
from umeta.ui.results.result_set import Shown

PLAIN = "nearest-neighbour"
LABEL_USE = {
    "none": "No true class was looked at before this run was launched.",
    "revealed": "True classes had been revealed in the app before this run was launched.",
    "tuned on meta_val": "Options were chosen by accuracy on meta_val.",
    "oracle": "The learner itself was trained on true classes.",
}


def answer(shown: Shown) -> None:
    """Say where the numbers are from and what they come to."""
    _say_precomputed(shown)
    claims = [one for one in shown.findings() if one.setting == shown.here[0].setting]
    if shown.study:
        claim = f" The claim: *{claims[0].claim}*" if claims else ""
        st.markdown(f"**{shown.study.file.question}**{claim}")
    found = [one.found for one in claims] or main_differences(shown.here)
    if not found:
        best = shown.here[0]
        st.subheader(f"{best.name} answers {100 * best.accuracy:.1f}% right ({best.setting}).", anchor=False)
        return
    st.subheader(in_words(found[0]), anchor=False)
    if len(claims) > 1:  # those of a study are many: the chart comes first
        with st.expander(f"What became of all {len(claims)} claims"):
            st.markdown("\n".join(f"- *{one.claim}* {in_words(one.found)}" for one in claims))
    elif not claims:
        st.markdown("\n".join(f"- {in_words(one)}" for one in found[1:]))


def main_differences(methods: list[Contender]) -> list[Difference]:
    """Return the comparisons that matter most at one way and shot, the first of them the answer.

    They are the best learner that saw no label against the nearest neighbour in the same embedding, against the best
    baseline, and the oracle against it. Without such a learner: the oracle, or the best baseline, against a baseline.
    """
    ours = [one for one in methods if one.kind in ("CACTUs", "augmented", "random")]
    oracles = [one for one in methods if one.kind == "oracle"]
    baselines = [one for one in methods if one.kind == "baseline"]
    best = next(iter(ours or oracles or baselines), None)
    others = [one for one in baselines if one is not best]
    if best is None:
        return []
    same = [one for one in others if _embedding(one) == _embedding(best)] or others
    plain = [one for one in same if one.row["method"] == PLAIN]
    pairs = [(best, one) for one in dict.fromkeys([*plain[:1], *same[:1]])]
    if ours and oracles:
        pairs.append((oracles[0], best))
    return [difference(a, b) for a, b in pairs]


def _embedding(one: Contender) -> object:
    return one.run.result["config"]["encoder"]


def _say_precomputed(shown: Shown) -> None:
    before = sum(run.precomputed for run in shown.runs)
    if shown.study:
        words = f"{len(shown.runs)} of {len(shown.study.cells)} cells are finished"
        if before:
            words += (
                f", :blue-badge[:material/inventory_2: {before} of them precomputed]: they came with umeta, with "
                "their config, seeds and hash"
            )
        st.markdown(f"{words}.")
    elif before == len(shown.runs):
        st.info(
            "**Precomputed results**, shipped with the app: its demo on invented characters.",
            icon=":material/inventory_2:",
        )
        st.page_link(
            state.page("train"), label="Train on your own choice of images", icon=":material/play_circle:"
        )


def footing(shown: Shown) -> None:
    """Say what the numbers stand on: labels, tasks, and the intervals' meaning."""
    looked = [one.label_use for one in shown.here if one.label_use == "revealed"]
    uses = {run.result["label_use"] for run in shown.runs}
    label_use = uses.pop() if len(uses) == 1 else "revealed" if looked else "as grouped in the chart"
    hashes = dict.fromkeys(row.get("tasks_hash", "") for one in shown.drawn for row in one.rows)
    trainings = max(len(one.trainings) if one.repeated else 1 for one in shown.here)
    st.markdown(
        f"**Labels: {label_use}.** {LABEL_USE.get(label_use, '')} "
        f"Test tasks: hash {', '.join(f'`{one}`' for one in hashes)}. "
        f"{interval_in_words(shown.here[0].row['n_tasks'], trainings)}"
    )


def interval_in_words(n_tasks: int, trainings: int) -> str:
    """Say what the intervals over tasks cover and what they do not."""
    if trainings >= 3:
        more = (
            f"Small points are single trainings (n = {trainings}); differences are paired by training seed."
        )
    else:
        more = f"It covers no other training (n = {trainings}): a claim that one method is better takes 3 or more."
    return f"An interval over tasks holds for {n_tasks:,} tasks drawn from the same classes, 19 times in 20. {more}"
