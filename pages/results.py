"""Results: how a finished run did, beside every baseline, on the same tasks."""

import streamlit as st

from umeta.figures.results import accuracies
from umeta.ui import results, state
from umeta.ui.charts import plot

st.title("Results")
with state.explained():
    run = results.pick_run()
if run.precomputed:
    st.info(
        "**Precomputed results**, shipped with the app: its demo on invented characters.",
        icon=":material/inventory_2:",
    )
    st.page_link(
        state.page("train"), label="Train on your own choice of images", icon=":material/play_circle:"
    )

st.subheader(results.headline(run), anchor=False)
chart = accuracies(run.rows)
plot(chart, key="accuracies")
st.markdown(results.interval_in_words(run.rows))

label_use = run.result["label_use"]
st.markdown(
    f"**Labels: {label_use}.** {results.LABEL_USE.get(label_use, '')} Test tasks: hash `{run.result['tasks_hash']}`."
)
st.dataframe(chart.table, hide_index=True, key="rows")
results.downloads(run, chart.table)

time, config = st.columns([1, 2], border=True)
with time:
    st.markdown("##### Seconds per stage")
    st.dataframe(results.seconds_table(run.result), hide_index=True, key="seconds")
with config:
    st.markdown("##### Config")
    results.show_config(run)
