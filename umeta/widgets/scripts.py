"""A widget's script: a script of the app's, and the few lines that mount it in a notebook."""

import json
from pathlib import Path

_HERE = Path(__file__).parent
_THEME = (_HERE / "theme.css").read_text("utf-8")


def script(shared: str, style: str, mount: Path) -> str:
    """Return the module that a widget sends to the browser.

    Args:
        shared: The script that it shares with the app.
        style: Its style.
        mount: The file that exports `render`.
    """
    prelude = f"const STYLE = {json.dumps(_THEME + style)};"
    return "\n".join([shared, prelude, (_HERE / "stage.js").read_text("utf-8"), mount.read_text("utf-8")])
