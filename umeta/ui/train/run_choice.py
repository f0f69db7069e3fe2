"""Which of the runs are drawn as cards: those that a person's words find, by study or all together, some at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import streamlit as st

from umeta.cache import Home
from umeta.results.run_filter import FILTER_HELP, matching
from umeta.runs.run_facts import RunFacts
from umeta.studies.membership import studies_of_runs
from umeta.ui.frame.page_settings import KEPT

CARDS = 8
"""Cards that are drawn at a time."""
NO_STUDY = "Of no study"


class RunGroup(NamedTuple):
    """Runs that are drawn below one title; "" where they are not grouped."""

    title: str
    runs: list[RunFacts]


def draw_choice(runs: Sequence[RunFacts], home: Home) -> list[RunGroup]:
    """Draw the filter, the grouping and the pages, where there is more than one run; return what is on this page."""
    if len(runs) == 1:
        st.markdown("##### All runs (1)")
        return [RunGroup("", list(runs))]
    title = st.empty()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Filter",
            key="filter runs",
            persist_state=KEPT,
            placeholder="words, #tag or option=value",
            help=FILTER_HELP,
            width=320,
        )
        by_study = st.toggle("Group by study", key="group runs", persist_state=KEPT)
    found = matching(runs, words)
    title.markdown(
        f"##### {f'{len(found):,} of {len(runs):,} runs' if words else f'All runs ({len(runs):,})'}"
    )
    if not found:
        st.info("No run has all of these words.", icon=":material/filter_alt:")
        return []
    titles = _titles(found, home) if by_study else dict.fromkeys((facts.run.run_id for facts in found), "")
    found.sort(key=_places(found, titles))
    start = CARDS * (_draw_pages(-(-len(found) // CARDS)) - 1)
    return list(_groups(found[start : start + CARDS], titles))


def _draw_pages(n_pages: int) -> int:
    """Draw the numbers of pages, where there are several; return the number of the one that is open."""
    if n_pages == 1:
        return 1
    if st.session_state.get("page of runs", 1) > n_pages:  # fewer are found than before
        st.session_state["page of runs"] = n_pages
    return st.pagination(n_pages, key="page of runs", persist_state=KEPT)


def _titles(runs: Sequence[RunFacts], home: Home) -> dict[str, str]:
    """Return the titles of the studies that each run is a cell of, as one text."""
    started = tuple(sorted(path.parent.name for path in (home.root / "studies").glob("*/order.json")))
    studies = _studies_of_runs(str(home.root), started, home)
    return {facts.run.run_id: "; ".join(studies.get(facts.run.run_id, (NO_STUDY,))) for facts in runs}


@st.cache_resource(max_entries=4, ttl=600, show_spinner="Reading the studies …")
def _studies_of_runs(root: str, started: tuple[str, ...], _home: Home) -> Mapping[str, tuple[str, ...]]:
    return studies_of_runs(_home)


def _places(runs: Sequence[RunFacts], titles: Mapping[str, str]) -> Callable[[RunFacts], tuple[bool, int]]:
    """Return the key that keeps the order of runs and puts those of a study together, those of none last."""
    order = {
        title: place for place, title in enumerate(dict.fromkeys(titles[facts.run.run_id] for facts in runs))
    }
    return lambda facts: (titles[facts.run.run_id] == NO_STUDY, order[titles[facts.run.run_id]])


def _groups(runs: Sequence[RunFacts], titles: Mapping[str, str]) -> Iterator[RunGroup]:
    for title, group in groupby(runs, key=lambda facts: titles[facts.run.run_id]):
        yield RunGroup(title, list(group))
