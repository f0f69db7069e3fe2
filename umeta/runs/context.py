"""What every step of a run's execution works with."""

from dataclasses import dataclass
from functools import cached_property

import torch

from umeta.cache import Home
from umeta.data import Dataset
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.recorder import Recorder
from umeta.tasks.gathering import Items, gatherable


@dataclass(frozen=True)
class RunContext:
    """A run that is being executed: its config, its images, and where its products and its record go."""

    config: RunConfig
    dataset: Dataset
    home: Home
    run: RunDirectory
    record: Recorder

    @property
    def device(self) -> torch.device:
        """The device that the config was resolved to."""
        return torch.device(self.config.device)

    @cached_property
    def images(self) -> Items:
        """All images of the data set, uint8 `(n_items, channels, height, width)`; large ones stay on disk."""
        return gatherable(self.dataset.images.images)
