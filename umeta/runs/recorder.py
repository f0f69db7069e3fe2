"""Writes what happens in a run into its directory, while it happens."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from umeta.cache import write_atomically
from umeta.runs.directory import RunDirectory
from umeta.stage import Cancelled, OnStep, Step, UserError

EVENT_SECONDS = 0.25
"""Events of one stage are written at most this often; the first, the last and those of a probe always."""


class Recorder:
    """Writes progress into the run's directory and passes it on."""

    def __init__(self, run: RunDirectory, on_step: OnStep):
        self._run, self._on_step = run, on_step
        self._last = 0.0
        self._previous: Step | None = None
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}

    def __call__(self, step: Step) -> None:
        """Take one progress event."""
        now = time.monotonic()
        previous, self._previous = self._previous, step
        new_stage = previous is None or (step.stage, step.note) != (previous.stage, previous.note)
        notable = new_stage or step.done == step.total or "meta_val" in step.values
        if notable or now - self._last > EVENT_SECONDS:
            self._last = now
            event = {"time": time.time(), "stage": step.stage, "done": step.done, "total": step.total}
            self._run.append_event({**event, "note": step.note, "values": dict(step.values)})
            self._run.write_status("running", step, step.note)
        if step.picture is not None:
            encoded = io.BytesIO()
            Image.fromarray(step.picture).save(encoded, "PNG")
            write_atomically(self._run.picture_file, encoded.getvalue())
        self._on_step(step)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure the seconds of a stage, and those that this process computed: other work on the machine adds none."""
        clocks = ((self.seconds, time.perf_counter), (self.cpu_seconds, time.process_time))
        starts = [clock() for _, clock in clocks]
        yield
        for (seconds, clock), start in zip(clocks, starts, strict=True):
            seconds[name] = round(seconds.get(name, 0.0) + clock() - start, 3)

    @contextmanager
    def outcome(self) -> Iterator[None]:
        """Record how the run ends."""
        self._run.write_status("running")
        try:
            yield
        except (Cancelled, KeyboardInterrupt):
            self._run.write_status("cancelled", self._previous)
            raise Cancelled(
                f"run {self._run.run_id} was cancelled; resume it to go on from its checkpoint"
            ) from None
        except Exception as error:
            message = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            self._run.write_status("failed", self._previous, message[:2000])
            raise
        self._run.write_status("finished", self._previous)
