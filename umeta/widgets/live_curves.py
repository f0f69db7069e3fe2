"""The curves of a training while it goes on, as a widget."""

import time
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.display import DisplayHandle, display

from umeta.figures.curves import training_curves
from umeta.stage import Step
from umeta.widgets.curve_drawing import curves_svg, in_words
from umeta.widgets.pictures import with_picture

_SECONDS = 0.25
"""Between two drawings: faster ones nobody could follow."""


class LiveCurves(anywidget.AnyWidget):
    """Curves that grow while a learner trains; made by `umeta.curves`. It is what `on_step` takes."""

    _esm = Path(__file__).with_suffix(".js").read_text("utf-8")
    value = traitlets.Unicode().tag(sync=True)
    """The drawing, as SVG."""

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._name, self._drawn = "", 0.0
        self._shown: DisplayHandle | None = None
        super().__init__(value=curves_svg({}))

    def __call__(self, step: Step) -> None:
        """Take a progress event, and draw the curves anew if the last drawing is a while ago or this is the end."""
        if step.stage != "train" or not step.values:
            return
        if self._events and step.done <= self._events[-1]["done"]:
            self._name = f"training {len({event['note'] for event in self._events}) + 1}"
        note = step.note or self._name or "training 1"
        self._events.append({"stage": "train", "done": step.done, "values": step.values, "note": note})
        now = time.monotonic()
        if now - self._drawn > _SECONDS or step.done == step.total:
            self._drawn = now
            self.value = curves_svg(training_curves(self._events))
        if step.done == step.total and self._shown is not None:
            data, metadata = self._repr_mimebundle_()
            self._shown.update(data, raw=True, metadata=metadata)

    def _ipython_display_(self) -> None:
        """Show the widget in an output that is changed at the end: it is shown while there is no curve to picture."""
        data, metadata = self._repr_mimebundle_()
        self._shown = display(data, raw=True, metadata=metadata, display_id=True)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        drawn = training_curves(self._events)
        pictures: dict[str, bytes | str] = {"image/svg+xml": curves_svg(drawn, background="#fff")}
        return with_picture(super()._repr_mimebundle_(**options), in_words(drawn), pictures)


def curves() -> LiveCurves:
    """Return a widget that draws a training live, given to it as `umeta.train(…, on_step=curves)`.

    A second training with the same widget is drawn beside the first. A learner that is found in the cache trains no
    more, so its curves stay empty.
    """
    return LiveCurves()
