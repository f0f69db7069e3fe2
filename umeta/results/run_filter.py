"""Runs found by words: of their ids and names, their states, tags, notes and options."""

from collections.abc import Iterable

from umeta.results.run_names import shown_options
from umeta.runs.run_facts import RunFacts

FILTER_HELP = (
    "Every word has to stand in a run's id, name, state, tags or note. #tag finds a whole tag, and option=value the "
    "runs of that option, as seed=3."
)


def matching(runs: Iterable[RunFacts], words: str) -> list[RunFacts]:
    """Return the runs in which every word is found, in their order; upper and lower case count as the same.

    Args:
        runs: The runs.
        words: Any number of words: parts of an id, name, state, tag or note; `#tag`; `option=value`, the option as in
            the names of runs or with its section, `learner.lr=0.01`.
    """
    wanted = words.casefold().split()
    return [facts for facts in runs if all(_is_in(word, facts) for word in wanted)]


def _is_in(word: str, facts: RunFacts) -> bool:
    remarks = facts.remarks
    if word.startswith("#"):
        return word[1:] in map(str.casefold, remarks.tags)
    texts = (facts.run.run_id, facts.status.label, remarks.name, remarks.note, *remarks.tags)
    if any(word in text.casefold() for text in texts):
        return True
    return "=" in word and word in map(str.casefold, shown_options(facts.config))
