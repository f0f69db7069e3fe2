"""`streamlit run app.py` starts the app."""

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from umeta.ui.data.upload_route import upload_routes
from umeta.ui.frame.access import take_flag
from umeta.ui.frame.foreign_sites import ForeignSitesKeptOut
from umeta.ui.frame.sockets import sending_at_once
from umeta.ui.shared.media import routes

take_flag(sys.argv[1:])
app = st.App(
    Path(__file__).parent / "umeta/ui/frame/script.py",
    routes=[*routes(), *upload_routes()],
    middleware=[Middleware(ForeignSitesKeptOut)],
    lifespan=sending_at_once,
)
