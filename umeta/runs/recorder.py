"""Writes what happens in a run into its directory, while it happens."""

import io
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PIL import Image

from umeta.cache import write_atomically
from umeta.runs.directory_claims import Superseded
from umeta.runs.working_directory import WorkingDirectory
from umeta.sealed_files import record_or_nothing, write_record
from umeta.stage import Cancelled, OnStep, Step, UserError
from umeta.storage_errors import StorageError

EVENT_SECONDS = 0.25
"""Events of one stage are written at most this often; the first, the last and those of a probe always."""
SPENT_SECONDS = 2.0
"""What was spent is written at least this often while events come; so much is lost where the process is killed."""
CLOCKS: Mapping[str, Callable[[], float]] = {"seconds": time.perf_counter, "cpu_seconds": time.process_time}
"""What passed, and what this process computed, to which other work on the machine adds nothing."""


class Recorder:
    """Writes progress into a run's directory and passes it on, and measures what each stage takes.

    A run that goes on after it was stopped or killed goes on counting: `spent.json` holds what was spent before.
    """

    def __init__(self, run: WorkingDirectory, on_step: OnStep):
        self._run, self._on_step = run, on_step
        self._last = self._saved = 0.0
        self._previous: Step | None = None
        before = record_or_nothing(run.spent_file, run.path.name)
        self._spent = {clock: _seconds_in(before.get(clock)) for clock in CLOCKS}
        self._since: dict[str, dict[str, float]] = {}

    def __call__(self, step: Step) -> None:
        """Take one progress event; nothing is written of it where `on_step` raises."""
        previous, self._previous = self._previous, step
        self._on_step(step)
        now = time.monotonic()
        new_stage = previous is None or (step.stage, step.note) != (previous.stage, previous.note)
        notable = new_stage or step.done == step.total or "meta_val" in step.values
        if notable or now - self._last > EVENT_SECONDS:
            self._last = now
            event = {"time": time.time(), "stage": step.stage, "done": step.done, "total": step.total}
            self._run.append_event({**event, "note": step.note, "values": dict(step.values)})
            self._run.write_status("running", step, step.note)
        if now - self._saved > SPENT_SECONDS:
            self._save_spent()
        if step.picture is not None:
            encoded = io.BytesIO()
            Image.fromarray(step.picture).save(encoded, "PNG")
            write_atomically(self._run.picture_file, encoded.getvalue())

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what a stage takes by every clock, also where it ends by an error."""
        self._since[name] = {clock: now() for clock, now in CLOCKS.items()}
        try:
            yield
        finally:
            self._save_spent()
            del self._since[name]

    @property
    def seconds(self) -> dict[str, float]:
        """The seconds that passed, by stage."""
        return self._rounded("seconds")

    @property
    def cpu_seconds(self) -> dict[str, float]:
        """The seconds that the run's processes computed, by stage."""
        return self._rounded("cpu_seconds")

    def _rounded(self, clock: str) -> dict[str, float]:
        return {name: round(spent, 3) for name, spent in self._spent[clock].items()}

    def _save_spent(self) -> None:
        """Add to each open stage what has passed since the last time, and write it down."""
        for name, since in self._since.items():
            for clock, now in CLOCKS.items():
                start, since[clock] = since[clock], now()
                self._spent[clock][name] = self._spent[clock].get(name, 0.0) + since[clock] - start
        self._saved = time.monotonic()
        spent = {clock: self._rounded(clock) for clock in CLOCKS}
        write_record(self._run.spent_file, spent, self._run.path.name)

    @contextmanager
    def outcome(self) -> Iterator[None]:
        """Record how the run ends."""
        self._run.write_status("running")
        try:
            yield
        except (Cancelled, KeyboardInterrupt):
            self._run.write_status("cancelled", self._previous)
            raise Cancelled(f"{self._run.path.name} was cancelled; {self._run.started_again}") from None
        except Superseded:
            raise
        except Exception as error:
            message = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            of_config = isinstance(error, UserError) and not isinstance(error, StorageError)
            self._run.write_status("failed", self._previous, message, of_config=of_config)
            raise
        self._run.write_status("finished", self._previous)


def _seconds_in(spent: Any) -> dict[str, float]:
    """Return the seconds by stage in what a file holds; what is damaged counts as nothing spent."""
    items = spent.items() if isinstance(spent, Mapping) else ()
    return {
        name: float(seconds)
        for name, seconds in items
        if isinstance(seconds, int | float) and math.isfinite(seconds) and seconds >= 0
    }
