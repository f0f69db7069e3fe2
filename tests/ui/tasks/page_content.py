"""What the Tasks page shows, read from what it sends to the browser."""

import re

from tests.ui.conftest import html_of

BADGE = "true classes: not seen in training"


def shown_items(app) -> list[int]:
    return [int(item) for item in re.findall(r'aria-label="item (\d+)', "".join(html_of(app)))]


def grids(app) -> list[str]:
    return [html for html in html_of(app) if 'class="ugr' in html]


def components_data(app) -> str:
    """Return what the components of a page are given, the map and the board among them."""
    protos = [str(component.proto) for component in app.get("bidi_component")]
    return "".join(protos).replace("\\", "")


def board_task(app) -> str:
    """Return the code of the task on the board."""
    match = re.search(r'"task": ?"(\w+)"', components_data(app))
    assert match
    return match[1]
