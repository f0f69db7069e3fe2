"""A directory in which one process works, while anyone may read at any time how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from umeta.runs.events import append_event, read_events
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
        """Append one line to events.jsonl in one write; a line that was torn before stays a line of its own.

        Raises:
            StorageError: the disk is full or not writable.
        """
        append_event(self.path / "events.jsonl", event)

    def events(self, cursor: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return the events after a byte position and the position to go on from.

        A torn last line waits for its rest. Other lines that hold no event are left out, and the log says how many.
        """
        return read_events(self.path / "events.jsonl", cursor)
