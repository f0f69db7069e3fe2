"""The curves of a run's training: loss, accuracy in practice, and accuracy on new classes or images of meta_val."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from umeta.figures.curves import training_curves
from umeta.ui.frame.new_events import events_of
from umeta.ui.train.run_facts import RunFacts

TITLES = {
    "loss": "**Loss** in practice, running mean",
    "accuracy": "**Accuracy** in practice, running mean",
    "meta_val": "**Accuracy on meta_val**, new true classes",
}
"""What is drawn, by the names of the columns."""
ON_VIEWS = "**Accuracy on meta_val**, views of new images"
HEIGHT = 240


def draw_curves(facts: RunFacts) -> None:
    """Draw the curves so far, or say why there are none."""
    curves = training_curves(events_of(facts.run))
    if not curves:
        st.markdown(f":material/show_chart: {why_no_curves(facts)}")
        return
    is_over = not facts.status.may_run
    tables = {learner: _table(curve) for learner, curve in curves.items()}
    titles = TITLES | ({"meta_val": ON_VIEWS} if facts.is_judged_on_views else {})
    for place, (column, title) in zip(st.columns(len(titles)), titles.items(), strict=True):
        with place:
            st.markdown(title)
            table = pd.DataFrame({learner: table[column] for learner, table in tables.items()})
            _draw_curve(column, table, is_over=is_over)
    with st.expander("Show as table", icon=":material/table:"):
        st.dataframe(pd.concat(tables, axis=1), key="curve table", height=230)


def why_no_curves(facts: RunFacts) -> str:
    """Return why a run has no curves, or when they will begin."""
    if facts.learner == "none":
        return "No learner is trained in this run (learner=none), so there are no curves; its baselines are judged."
    if facts.status.may_run:
        return "Curves begin when the learner is trained; before that come the images, the encoder and the clusters."
    if facts.status.state == "finished":
        return "There are no curves: an earlier run had trained this very learner, which was taken from the cache."
    return "There are no curves: the run ended before its learner was trained."


def _draw_curve(column: str, table: pd.DataFrame, *, is_over: bool) -> None:
    """Draw one column of every learner; a single value is said, for it makes no curve."""
    table = table.interpolate(limit_area="inside")
    n_steps = len(table.dropna(how="all"))
    if n_steps > 1:
        alt = f"{column} by training step. Last values: {_last_values(table)}."
        st.line_chart(table, x_label="training step", height=HEIGHT, alt=alt)
    elif n_steps == 1:
        st.markdown(f"{'One value makes no curve' if is_over else 'So far'}: {_last_values(table)}.")
    elif is_over:
        st.markdown(
            "Nothing was judged: meta_val has no labels, or too few classes or images for such tasks."
        )
    else:
        st.markdown("Judged after each tenth of the training, and at its end.")


def _table(curve: Mapping[str, list[float]]) -> pd.DataFrame:
    """Return loss, accuracy and meta_val by training step; the steps of meta_val are fewer."""
    practice = pd.DataFrame(
        {name: curve[name] for name in ("loss", "accuracy")}, index=pd.Index(curve["step"], name="step")
    )
    meta_val = pd.Series(
        curve["meta_val"], index=pd.Index(curve["val_step"], name="step"), dtype=float, name="meta_val"
    )
    return practice.join(meta_val, how="outer")


def _last_values(table: pd.DataFrame) -> str:
    return ", ".join(
        f"{name} {column.dropna().iloc[-1]:.2f}" for name, column in table.items() if column.notna().any()
    )
