"""Where the app keeps the files that browsers fetch by content hash."""

from pathlib import Path

from starlette.routing import BaseRoute

from umeta.cache import Home
from umeta.ui.shared.map import media_routes

DEMO = Path(__file__).parent / "demo" / "media"
"""The bundled demo's files."""


def folder() -> Path:
    """Return the folder for new files."""
    return Home.from_environment().root / "media"


def routes() -> list[BaseRoute]:
    """Return the routes that serve both folders."""
    return list(media_routes(folder(), DEMO))
