"""`streamlit run app.py` starts the app."""

from pathlib import Path

import streamlit as st

from umeta.ui.media import routes

app = st.App(Path(__file__).parent / "umeta/ui/frame.py", routes=routes())
