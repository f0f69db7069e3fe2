"""What the Results page says of a finished run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st

from umeta.evaluation import PairedDifference, paired_difference
from umeta.figures.results import kind_of, label_of
from umeta.runs import RunDirectory, list_runs
from umeta.ui import state
from umeta.ui.demo import RUN

DEMO = "precomputed demo"
LABEL_USE = {
    "none": "No true class was looked at before this run was launched.",
    "revealed": "True classes had been revealed in the app before this run was launched.",
    "tuned on meta_val": "Options were chosen by accuracy on meta_val.",
    "oracle": "The learner itself was trained on true classes.",
}


@dataclass(frozen=True)
class FinishedRun:
    """A finished run's result and its record of right answers."""

    directory: RunDirectory
    result: dict[str, Any]
    precomputed: bool = False

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The result rows."""
        return self.result["results"]

    @cached_property
    def correct(self) -> dict[str, np.ndarray]:
        """Which query of which task each method got right, by `method/bn/setting`; empty where it was not kept."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            found = load_file(self.directory.path / "correct.safetensors")
        except (OSError, SafetensorError):
            return {}
        return {name: answers.astype(bool) for name, answers in found.items()}

    def correct_of(self, row: dict[str, Any]) -> np.ndarray | None:
        """Return the right answers behind a row."""
        return self.correct.get(f"{row['method']}/{row['bn']}/{row['n_way']}way_{row['n_shot']}shot")


def pick_run() -> FinishedRun:
    """Draw the choice of finished runs, the newest first; with none, return the precomputed demo."""
    finished = {}
    for run in list_runs(state.home()):
        result = run.result()
        if result is not None:
            finished[run.run_id] = FinishedRun(run, result)
    asked = st.query_params.get("run")
    demo = FinishedRun(RunDirectory(RUN), json.loads((RUN / "result.json").read_text()), precomputed=True)
    if asked and asked not in finished and asked != DEMO:
        st.warning(f"run={asked!r} is not among the finished runs here.", icon=":material/link_off:")
    if not finished:
        return demo
    names = [*finished, DEMO]
    chosen = st.selectbox("Run, newest first", names, key="run", bind="query-params")
    return finished.get(chosen, demo)


def headline(run: FinishedRun) -> str:
    """Say the most important comparison in one sentence.

    It is the learner against the baseline of the highest accuracy at the first way and shot, in the paired
    difference over the same tasks; without a learner, the two best baselines.
    """
    first = run.rows[0]
    rows = [row for row in run.rows if (row["n_way"], row["n_shot"]) == (first["n_way"], first["n_shot"])]
    ours = [row for row in rows if kind_of(row["method"]) in ("CACTUs", "random")]
    ours = ours or [row for row in rows if kind_of(row["method"]) == "oracle"]
    others = sorted(
        (row for row in rows if kind_of(row["method"]) == "baseline"), key=lambda row: -row["accuracy"]
    )
    if not ours:
        ours, others = others[:1], others[1:]
    plain = [row for row in others if row["method"] == "nearest-neighbour"] or others[:1]
    if not ours or not plain:
        return f"{label_of(first)} answers {100 * first['accuracy']:.1f} % right {_setting(first)}."
    return compare(run, ours[0], plain[0])


def compare(run: FinishedRun, a: dict[str, Any], b: dict[str, Any]) -> str:
    """Say by how much A beats B, with the interval of their paired difference."""
    right_a, right_b = run.correct_of(a), run.correct_of(b)
    if right_a is None or right_b is None:
        gap = 100 * (a["accuracy"] - b["accuracy"])
        methods = f"{a['method']} and {b['method']}"
        return f"{methods} differ by {gap:+.1f} points {_setting(a)}; no interval, the answers are gone."
    return difference_in_words(paired_difference(right_a, right_b), a, b)


def difference_in_words(found: PairedDifference, a: dict[str, Any], b: dict[str, Any]) -> str:
    """Put a paired difference of A minus B into words; one whose interval holds 0 is called undecided."""
    low, high = 100 * (found.mean - found.ci95), 100 * (found.mean + found.ci95)
    name = "nearest-neighbour on the same embedding" if b["method"] == "nearest-neighbour" else b["method"]
    tasks = f"on the same {found.n_tasks:,} tasks {_setting(a)}"
    if low <= 0 <= high:
        gap = f"{100 * found.mean:+.1f} points [{low:.1f}, {high:.1f}]"
        return f"{a['method']} and {name} cannot be told apart: {gap} {tasks}."
    if found.mean < 0:
        return f"{a['method']} falls behind {name} by {-100 * found.mean:.1f} points [{-high:.1f}, {-low:.1f}] {tasks}."
    return f"{a['method']} beats {name} by {100 * found.mean:.1f} points [{low:.1f}, {high:.1f}] {tasks}."


def interval_in_words(rows: list[dict[str, Any]]) -> str:
    """Say what the intervals cover and what they do not."""
    seeds = len({row["seed"] for row in rows})
    return (
        f"A line is a 95 % interval over the {rows[0]['n_tasks']:,} test tasks: intervals made so, each from another "
        "draw of tasks from the same classes, hold the true mean 19 times in 20. It does not cover another training: "
        f"this run has {seeds} training seed (n = {seeds}); to claim that one method is better, compare 3 or more."
    )


def seconds_table(result: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the seconds per stage as columns."""
    return {
        "stage": list(result["seconds"]),
        "seconds": [round(one, 1) for one in result["seconds"].values()],
    }


def show_config(run: FinishedRun) -> None:
    """Show the config and the command that makes the same numbers."""
    st.json(run.result["config"], expanded=1)


def downloads(run: FinishedRun, table: Mapping[str, Sequence[Any]]) -> None:
    """Offer the result as JSON and CSV, and the lists of test tasks."""
    name = run.result["run_id"]
    with st.container(horizontal=True):
        text = json.dumps(run.result, indent=1)
        st.download_button(
            "Result (JSON)",
            text,
            f"{name}.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Table (CSV)",
            as_csv(table),
            f"{name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        for file in sorted((run.directory.path / "test_tasks").glob("*.safetensors")):
            label = f"Test tasks {file.stem.replace('_', ' ')}"
            st.download_button(
                label, file.read_bytes, file.name, icon=":material/download:", on_click="ignore"
            )


def as_csv(table: Mapping[str, Sequence[Any]]) -> str:
    """Return columns as CSV."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return out.getvalue()


def _setting(row: dict[str, Any]) -> str:
    return f"({row['n_way']}-way {row['n_shot']}-shot)"
