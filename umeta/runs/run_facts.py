"""What a list says of a run."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from umeta.runs.directory import RunDirectory
from umeta.runs.remarks import Remarks
from umeta.runs.status import Status


@dataclass(frozen=True)
class RunFacts:
    """A run and how it is doing."""

    run: RunDirectory
    status: Status
    created: float
    """When it was launched, in seconds since 1970."""
    seconds: float
    """How long it has been working."""
    config: Mapping[str, Any]
    """Its config as it is stored; empty if that cannot be read."""
    notes: tuple[str, ...] = ()
    """What was left out or assumed in reading its images, and which defaults were fitted to them."""
    remarks: Remarks = field(default_factory=Remarks)
    """What people wrote about it."""

    @property
    def learner(self) -> str:
        """The name of its learner, "" if that cannot be read."""
        learner = self.config.get("learner")
        return str(learner.get("name", "")) if isinstance(learner, Mapping) else ""

    @property
    def is_judged_on_views(self) -> bool:
        """Whether its test tasks are views of images, not true classes."""
        test = self.config.get("test")
        return isinstance(test, Mapping) and test.get("of") == "views"


def read_facts(run: RunDirectory) -> RunFacts:
    """Return what there is to say of a run now, from its files."""
    status, result = run.status_and_result()
    launched, config, remarks = run.launch_record(), run.config_or_nothing(), run.remarks()
    created, notes = launched["created"], launched["notes"]
    if status.may_run:
        return RunFacts(run, status, created, max(0.0, time.time() - created), config, tuple(notes), remarks)
    seconds = max(0.0, status.updated - created) if result is None else sum(result.seconds.values())
    notes = notes or (result.notes if result else ())
    return RunFacts(run, status, created, seconds, config, tuple(notes), remarks)
