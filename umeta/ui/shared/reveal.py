"""The one act by which true classes come on screen, the same on every page."""

import streamlit as st

from umeta.ui.frame import links, state
from umeta.ui.frame.presenter import presented

NO_LABELS = "No labels: mark a few on Label"
NOT_SEEN = "true classes: not seen in training"
SEEN = "umeta.revealed"
"""Set in the session once labels were shown: what is launched afterwards says so in its result."""


def reveal_toggle() -> bool:
    """Draw the toggle, and remember in the session that labels were revealed.

    Images without a label have no toggle but a way to the page where a few are marked.
    """
    dataset = state.dataset()
    if not (dataset.is_labelled or dataset.attributes or dataset.partitions):
        link_to_label()
        return False
    revealed = st.toggle(
        "Reveal true classes",
        key=links.REVEAL.key,
        bind="query-params",
        help="Shows what people say the images are. No clustering and no training sees it; a run that you launch after "
        "looking is marked “labels revealed”.",
    )
    if revealed or state.selection().partition == "oracle":
        st.session_state[SEEN] = True
    return revealed


def not_seen_badge() -> None:
    """Mark what was computed from true classes; for a hall in a corner, where it takes no height."""
    if presented():
        st.html(f'<div class="umeta-not-seen">{NOT_SEEN}</div>')
        return
    st.badge(NOT_SEEN, icon=":material/visibility:", color="violet")


def link_to_label() -> None:
    """Draw the way to the page where a person marks a few images."""
    st.page_link(state.page("label"), label=NO_LABELS, icon=":material/label:", width="content")


def draw_why_hidden(what: str, split: str = "meta_train") -> None:
    """Say why something that true classes tell is not shown: they are hidden, or there are none.

    Args:
        what: What they would tell, as the beginning of a sentence.
        split: Whose classes it takes.
    """
    dataset = state.dataset()
    if dataset.n_labelled(split) or split in dataset.partitions:
        text = f"{what} can be said only with the true classes. Reveal them above."
        st.info(text, icon=":material/visibility_off:")
        return
    where = f" in {split}" if dataset.is_labelled else ""
    st.info(
        f"{what} can be said only with true classes, and none is known{where}.", icon=":material/label_off:"
    )
    if not dataset.is_labelled:
        link_to_label()
