"""Are clusters pure? A person judges pairs of one cluster by eye, and gets the label noise with its interval."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from umeta.partitions.audit import PAIRS, Audit, draw_pairs
from umeta.partitions.audit_file import JudgedPairs, as_csv, as_json, read_audit, rows_of
from umeta.randomness import Stream, numpy_generator
from umeta.stage import UserError
from umeta.tasks import TaskConfig
from umeta.ui.frame import state
from umeta.ui.frame.memory import key_of
from umeta.ui.frame.styles import style_beside
from umeta.ui.frame.text import cut, plain
from umeta.ui.partitions.sides import Side, pick_side
from umeta.ui.shared.grid import Tile, grid_html
from umeta.ui.shared.reveal import not_seen_badge
from umeta.wording import counted

MAX_FILE = 5_000_000
"""Bytes of a saved audit that is read."""
BUTTONS = (
    ("same", "Same", "1", ":material/check:"),
    ("different", "Different", "2", ":material/close:"),
    ("unsure", "Cannot tell", "3", ":material/question_mark:"),
)


def draw_audit(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the audit of A or B."""
    st.markdown(
        f"No true class is used: you are the judge. Here are {PAIRS} pairs of images, each from one cluster, drawn as "
        "tasks draw them. **Are the two the same thing?** Stop whenever you like: the estimate is there at any time, "
        "with how sure it is."
    )
    side = pick_side(a, b)
    key = key_of(state.embedding(), side.name, task.items_per_class, state.selection().split)
    audits: dict[str, JudgedPairs] = st.session_state.setdefault("umeta.audits", {})
    if key not in audits:
        pairs = draw_pairs(
            side.partition.clusters, task.items_per_class, rng=numpy_generator(0, Stream.SAMPLE)
        )
        audits[key] = JudgedPairs(pairs)
    _draw_judging(side, task.items_per_class, audits, key)


@st.fragment
def _draw_judging(side: Side, items_per_class: int, audits: dict[str, JudgedPairs], key: str) -> None:
    """Draw the next pair, the buttons and the estimate; a judgement draws this part of the page anew, no more."""

    def put(change: Callable[[JudgedPairs], JudgedPairs]) -> None:
        audits[key] = change(audits[key])

    left, right = st.columns([3, 2], gap="medium")
    with left:
        _draw_pair(audits[key], put)
    with right:
        _draw_estimate(audits[key].score())
        if side.revealed and audits[key].answers:
            _draw_truth(audits[key])
        _draw_files(audits[key], side, items_per_class, put)


def _draw_pair(judged: JudgedPairs, put: Callable[[Callable[[JudgedPairs], JudgedPairs]], None]) -> None:
    """Draw the pair to be judged, and what can be said of it."""
    n_done, n_pairs = len(judged.answers), len(judged.pairs)
    st.progress(n_done / n_pairs, text=f"{n_done} of {n_pairs} judged")
    if judged.done:
        st.success("All pairs are judged. Save them before you close this page.", icon=":material/done_all:")
    else:
        tiles = [Tile(item=int(item), alt=f"item {item}") for item in judged.pairs[n_done]]
        st.html(
            f'{style_beside(__file__)}<div class="umeta-pair">{grid_html(state.dataset().images.images, tiles)}</div>'
        )
    with st.container(horizontal=True):
        for answer, label, shortcut, icon in BUTTONS:
            st.button(
                label,
                key=f"audit {answer}",
                shortcut=shortcut,
                icon=icon,
                disabled=judged.done,
                on_click=put,
                args=(lambda judged_pairs, answer=answer: judged_pairs.answered(answer),),
            )
        st.button(
            "Back",
            key="audit back",
            shortcut="Backspace",
            icon=":material/undo:",
            type="tertiary",
            disabled=not judged.answers,
            on_click=put,
            args=(JudgedPairs.back,),
        )


def _draw_estimate(audit: Audit) -> None:
    """Draw the label noise by the pairs judged so far."""
    n_judged = audit.n_same + audit.n_different
    if not n_judged:
        st.markdown("#### Label noise\n\nNot known yet: judge a few pairs.")
        return
    st.markdown(
        f"#### Label noise: {audit.noise:.0%}\n\n95% interval **{audit.low:.0%} to {audit.high:.0%}** (Wilson), from "
        f"{counted(n_judged, 'pair')}: {audit.n_different} different, "
        f"{audit.n_same} same, {audit.n_unsure} not told.\n\n"
        f"About {audit.noise:.0%} of the pairs that a task calls one class are of two."
    )


def _draw_truth(judged: JudgedPairs) -> None:
    """Draw the share of the pairs judged so far that are of two true classes."""
    pairs = state.dataset().classes.values[judged.pairs[: len(judged.answers)]]
    first, second = pairs[(pairs >= 0).all(axis=1)].T
    if len(first) == 0:
        return
    not_seen_badge()
    which = (
        "the pairs judged so far"
        if len(first) == len(pairs)
        else f"the {counted(len(first), 'pair')} of known class"
    )
    st.markdown(f"By the true classes, {(first != second).mean():.0%} of {which} are of two classes.")


def _draw_files(
    judged: JudgedPairs,
    side: Side,
    items_per_class: int,
    put: Callable[[Callable[[JudgedPairs], JudgedPairs]], None],
) -> None:
    """Draw the downloads of the audit, and the upload of one saved before."""
    images, clusters = state.dataset().images, side.partition.clusters
    rows = rows_of(judged, images.ids, clusters)
    texts = {"CSV": as_csv(rows), "JSON": as_json(rows, _about(side, items_per_class), judged.score())}
    with st.container(horizontal=True):
        for kind, text in texts.items():
            st.download_button(
                f"Save {kind}",
                text,
                f"audit.{kind.lower()}",
                key=f"audit {kind}",
                icon=":material/download:",
                disabled=not judged.answers,
                on_click="ignore",
            )
    with st.expander("Go on with a saved audit", icon=":material/upload_file:"):
        file = st.file_uploader("CSV or JSON saved here", ["csv", "json"], key="audit file")
        if file is not None and st.session_state.get("umeta.audit read") != file.file_id:
            try:
                saved = read_audit(_bounded(file), images.ids, clusters)
            except UserError as problem:
                st.error(plain(problem), icon=":material/error:")
                return
            st.session_state["umeta.audit read"] = file.file_id
            put(lambda _: saved)
            st.rerun(scope="fragment")


def _bounded(file: UploadedFile) -> bytes:
    """Return the content of a file that a person gave, unless it is too large to be an audit."""
    if file.size > MAX_FILE:
        raise UserError(
            f"{cut(file.name)} has {file.size / 1e6:,.1f} MB, an audit at most {MAX_FILE / 1e6:.0f}. "
            "Choose a file that was saved here."
        )
    return file.getvalue()


def _about(side: Side, items_per_class: int) -> dict[str, Any]:
    """Return the images, the partition and the cluster size that an audit is of."""
    selection = state.selection()
    return {
        "dataset": selection.dataset,
        "split": selection.split,
        "images": state.dataset().images.fingerprint,
        "encoder": selection.encoder_method().made_from(),
        "partition": side.method.made_from(),
        "partition_number": side.number,
        "items_per_class": items_per_class,
    }
