"""System: what this installation is, what it keeps and how much room there is."""

import streamlit as st

from umeta.ui.frame import state
from umeta.ui.frame.errors import explained
from umeta.ui.frame.text import plain
from umeta.ui.system.facts import collect_facts

st.title("System")
with explained():
    facts = collect_facts(state.home())

machine, storage = st.columns(2, border=True)
with machine:
    st.markdown("##### Machine")
    st.table(facts.machine, border="horizontal")
    st.markdown("##### Versions")
    st.table(facts.versions, border="horizontal")
with storage:
    st.markdown("##### Kept under `UMETA_HOME`")
    st.code(str(state.home().root), language=None, wrap_lines=True)
    st.table(facts.storage, border="horizontal")
    if facts.quota:
        share, text = facts.quota
        st.progress(min(1.0, share), text=plain(text))
    st.progress(facts.disk_share, text=facts.disk_text)
    st.markdown("What nothing needs: `umeta cache prune --dry-run` lists it, `umeta cache prune` removes it.")
    st.markdown("##### Data is looked for in")
    st.code("\n".join(facts.data_folders), language=None, wrap_lines=True)
    st.markdown(facts.runs)
    for reason in facts.unreadable:
        st.error(plain(reason), icon=":material/broken_image:")
    st.page_link(state.page("train"), label="All runs", icon=":material/play_circle:")

st.markdown("##### Licences")
st.markdown("umeta is under the MIT licence. The images keep their own:")
st.markdown("\n".join(f"- **{title}**: {licence}" for title, licence in facts.licences.items()))
