"""A stopwatch inside the page: from a person's last input to the first frame in which the answer is there."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

REPEATS = 5
STOPWATCH = """
window.bench = {
    at: null, before: null, seconds: null, turn: 0,
    start(done, look) {
        const turn = ++this.turn, holds = new Function("return " + done);
        Object.assign(this, { at: null, seconds: null, before: new Function("return " + look)() });
        const frame = () => {
            if (turn !== this.turn) return;
            if (this.at !== null && holds()) this.seconds = (performance.now() - this.at) / 1000;
            else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    },
};
for (const kind of ["click", "keydown", "pointerup"])
    addEventListener(kind, (event) => { if (bench.seconds === null) bench.at = event.timeStamp; }, true);
"""


@dataclass(frozen=True)
class Result:
    """What one case took."""

    name: str
    ours: list[float]
    floor: list[float] | None
    limit: float
    parts: Mapping[str, float] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """Return it as plain data, in seconds."""
        floor = None if self.floor is None else round(statistics.median(self.floor), 3)
        row = {"name": self.name, "ours": round(statistics.median(self.ours), 3), "floor": floor}
        row |= {"limit": self.limit, "runs": [round(one, 3) for one in self.ours]}
        return row | ({"parts": {k: round(v, 3) for k, v in self.parts.items()}} if self.parts else {})


def timed(page: Page, done: str, act: Callable[[], Any], *, look: str = "null") -> float:
    """Return the seconds from the act's last input until a condition holds.

    Args:
        page: Its init script is `STOPWATCH`.
        done: The condition, in JavaScript.
        act: What the person does.
        look: A value, in JavaScript, that the condition finds as `bench.before`.
    """
    page.evaluate("([done, look]) => bench.start(done, look)", [done, look])
    act()
    return page.wait_for_function("bench.seconds", timeout=60_000).json_value()


def drawn(maps: int) -> str:
    """Return the condition that so many maps were drawn since the last input."""
    marks = "performance.getEntriesByName('umeta:map-drawn').filter((m) => m.startTime > bench.at)"
    return f"{marks}.length >= {maps}"


def measured(one: Callable[[int], float], *, warm_ups: int = 1) -> list[float]:
    """Return the seconds of each repetition after the warm-ups; `one` is given the number of its turn."""
    return [one(turn) for turn in range(warm_ups + REPEATS)][warm_ups:]
