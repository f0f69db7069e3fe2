"""The curves of a run's training: loss, and accuracy in practice beside that on new classes or images of meta_val."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from umeta.figures.curves import Curve
from umeta.runs.run_facts import RunFacts
from umeta.ui.frame.text import plain
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.shared.tables import draw_folded_table

HEIGHT = 240
_CODE = """\
import pandas as pd
from umeta.cache import Home
from umeta.figures.curves import training_curves
from umeta.runs.run_facts import RunFacts
from umeta.runs import RunDirectory

events, _ = RunDirectory.find({run_id!r}, Home.from_environment()).events(0)
curves = training_curves(events)
for name in ("loss", "accuracy"):
    table = pd.DataFrame({{learner: pd.Series(curve[name], curve["step"]) for learner, curve in curves.items()}})
    table.plot(backend="plotly", title=name).show()
"""


def draw_curves(facts: RunFacts, curves: Mapping[str, Curve], *, until: int | None = None) -> None:
    """Draw curves, up to a step where one is given."""
    tables = {learner: _table(curve).loc[:until] for learner, curve in curves.items()}
    first, *others = st.columns(1 + len(tables))
    with first:
        st.markdown("**Loss** in practice, running mean")
        _draw_curve("loss", pd.DataFrame({learner: table["loss"] for learner, table in tables.items()}))
    of = "views of new images" if facts.is_judged_on_views else "new true classes"
    for place, (learner, table) in zip(others, tables.items(), strict=True):
        with place:
            st.markdown(f"**Accuracy** of {plain(learner)}: practice (running mean), and {of} of meta_val")
            accuracy = table[["accuracy", "meta_val"]].rename(columns={"accuracy": "practice"})
            _draw_curve("accuracy", accuracy)
            if accuracy["meta_val"].isna().all():
                st.markdown(_no_meta_val(facts))
    draw_folded_table(
        lambda: st.dataframe(pd.concat(tables, axis=1), key="curve table", height=230), key="training curves"
    )
    draw_code(_CODE.format(run_id=facts.run.run_id), key="training curves")


def why_no_curves(facts: RunFacts) -> str:
    """Return why a run has no curves, or when they will begin."""
    if facts.learner == "none":
        return "No learner is trained in this run (learner=none), so there are no curves; its baselines are judged."
    if facts.status.may_run:
        return "Curves begin when the learner is trained; before that come the images, the encoder and the clusters."
    if facts.status.state == "finished":
        return "There are no curves: an earlier run had trained this very learner, which was taken from the cache."
    return "There are no curves: the run ended before its learner was trained."


def _draw_curve(name: str, table: pd.DataFrame) -> None:
    """Draw a curve of each column that has several values; a single value is said, for it makes no curve."""
    n_values = table.notna().sum()
    several = table.loc[:, n_values > 1].interpolate(limit_area="inside")
    if not several.empty:
        alt = f"{name} by training step. Last values: {_last_values(several)}."
        values = several.reset_index().melt("step", var_name="of", value_name=name).dropna()
        st.vega_lite_chart(values, _spec(name, list(several)), height=HEIGHT, alt=alt)
    single = table.loc[:, n_values == 1]
    if not single.empty:
        st.markdown(f"One value makes no curve: {_last_values(single)}.")


def _spec(name: str, lines: list[str]) -> dict[str, Any]:
    """Return what `st.line_chart` draws, which takes twenty times as long to write it down."""
    step = {"field": "step", "type": "quantitative", "title": "training step"}
    value = {"field": name, "type": "quantitative", "title": None, "scale": {"zero": False}}
    of = {"field": "of", "type": "nominal", "title": None, "scale": {"domain": lines}}
    tooltip = [{**step, "format": ",.0f"}, {**of, "title": "of"}, {**value, "title": name, "format": ".3f"}]
    legend = {"legend": {"orient": "top"} if len(lines) > 1 else None}
    return {
        "mark": "line",
        "encoding": {"x": step, "y": value, "color": {**of, **legend}, "tooltip": tooltip},
    }


def _no_meta_val(facts: RunFacts) -> str:
    """Return why there is no accuracy on meta_val, or when there will be."""
    if facts.status.may_run:
        return "meta_val is judged after each tenth of the training, and at its end."
    return "Nothing was judged on meta_val: it has no labels, or too few classes or images for such tasks."


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
