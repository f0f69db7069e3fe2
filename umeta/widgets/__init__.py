"""Widgets for notebooks: what the app's pages show of an embedding, its partitions and their tasks, to explore.

`explore` draws the map of an embedding, `compare` two partitions on linked maps, `guess` a task to solve oneself, and
`curves` a training while it goes on. They mount the scripts of `umeta.browser`, as the app does, and are pictures
where no kernel runs, as on a page that shows a notebook. They need the extra `notebooks`.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from umeta.stage import UserError

if TYPE_CHECKING:
    from umeta.widgets.live_curves import curves
    from umeta.widgets.map_pair import compare
    from umeta.widgets.map_widget import explore
    from umeta.widgets.task_board import guess

_MODULES = {
    "compare": "umeta.widgets.map_pair",
    "curves": "umeta.widgets.live_curves",
    "explore": "umeta.widgets.map_widget",
    "guess": "umeta.widgets.task_board",
}

__all__ = ["compare", "curves", "explore", "guess"]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("anywidget") is None:
        raise UserError(f'umeta.{name} needs the extra `notebooks`: pip install "umeta[notebooks]".')
    return getattr(import_module(_MODULES[name]), name)
