"""A directory in which one process works, while anyone may read at any time how far it is."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from umeta.cache import storage_error
from umeta.runs.status import State, Status, read_status, write_status
from umeta.stage import Step


@dataclass(frozen=True)
class WorkingDirectory:
    """The files of a run, of a study, or of an encoder's training, that tell what its process does."""

    started_again: ClassVar[str] = "started again, it goes on"
    """What becomes of work that was cancelled."""

    path: Path

    @property
    def picture_file(self) -> Path:
        """The latest picture of an encoder's training, where one is trained and shows one."""
        return self.path / "picture.png"

    @property
    def spent_file(self) -> Path:
        """What each stage has taken so far, whichever process it ran in."""
        return self.path / "spent.json"

    def status(self) -> Status:
        """Return what its process is doing now; `lost` if that is gone without a last word."""
        return read_status(self.path)

    def write_status(
        self, state: State, step: Step | None = None, message: str = "", *, of_config: bool = False
    ) -> None:
        """Replace status.json."""
        write_status(self.path, state, step, message, of_config=of_config)

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Append one line to events.jsonl in one write.

        Raises:
            StorageError: the disk is full or not writable.
        """
        path = self.path / "events.jsonl"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, json.dumps(event).encode() + b"\n")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise storage_error(path, error) from error

    def events(self, cursor: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return the events after a byte position and the position to go on from; a torn last line waits."""
        path = self.path / "events.jsonl"
        if not path.exists():
            return [], cursor
        with path.open("rb") as stream:
            stream.seek(cursor)
            data = stream.read()
        whole = data[: data.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()], cursor + len(whole)
