"""The checkpoints of a training: the last two, each sealed as that training's own.

A damaged one, another training's, and one of a version that sealed none is never gone on from: the training goes on
from the one before it, or begins anew, and a note of the run says so.
"""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from umeta.learners import LearnerState
from umeta.learners.training import load_state, save_state
from umeta.runs.context import RunContext
from umeta.runs.launch_record import add_note
from umeta.stage import UserError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoints:
    """Where one of a run's trainings, called by its source of tasks, keeps its states."""

    context: RunContext
    source: str

    @cached_property
    def last(self) -> Path:
        """The file of the last state."""
        return self.context.run.checkpoints / f"{self.source}.safetensors"

    @cached_property
    def before(self) -> Path:
        """The file of the state before that."""
        return self.context.run.checkpoints / f"{self.source}.before.safetensors"

    def save(self, state: LearnerState) -> None:
        """Keep a state, and the last one before it.

        Raises:
            StorageError: the disk refused; the last state is kept.
        """
        if self.last.exists():
            self.last.replace(self.before)
        save_state(state, self.last, self._owner)

    def load(self) -> LearnerState | None:
        """Return the latest state that is whole; None, to begin anew, where there is none."""
        problems = []
        state = None
        for file in filter(Path.exists, (self.last, self.before)):
            try:
                state = self._read(file)
                break
            except UserError as error:
                problems.append(str(error))
        if problems:
            outcome = "begins anew" if state is None else f"goes on from step {state.step}, saved before it"
            note = f"{' '.join(problems)} The training {outcome}."
            log.warning("%s", note)
            add_note(self.context.run.path, note)
        return state

    def _read(self, file: Path) -> LearnerState:
        config, shape = self.context.config, self.context.dataset.images.item_shape
        return load_state(
            config.learner, file, shape, config.task.n_way, device=self.context.device, owner=self._owner
        )

    @property
    def _owner(self) -> str:
        return f"{self.context.run.run_id}/{self.source}"
