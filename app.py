"""`streamlit run app.py` starts the app."""

from pathlib import Path

import streamlit as st

from umeta.ui.media import routes
from umeta.ui.sockets import sending_at_once

app = st.App(Path(__file__).parent / "umeta/ui/frame.py", routes=routes(), lifespan=sending_at_once)
