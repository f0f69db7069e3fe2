"""Options that were given and that a data set cannot bear, and the one message that tells them all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from umeta.data import Dataset
from umeta.messages import shown
from umeta.runs.config import RunConfig
from umeta.stage import UserError


@dataclass(frozen=True)
class Misfit:
    """An option that was given and that the data set cannot bear."""

    key: str
    """As it is typed, e.g. `test.n_way`."""
    value: Any
    fits: Any
    """A value that suits; None where no value of this option would."""
    reason: str

    def __str__(self) -> str:
        remedy = "" if self.fits is None else f"; {typed(self.fits)} fits"
        return f"{self.key}={typed(self.value)}: {self.reason}{remedy}"


@dataclass(frozen=True)
class Fitted:
    """A config on its way through the steps of fitting, and what of it does not fit."""

    config: RunConfig
    misfits: tuple[Misfit, ...] = ()

    def with_misfits(self, *misfits: Misfit) -> "Fitted":
        """Add misfits of options that are not told yet."""
        told = {misfit.key for misfit in self.misfits}
        return replace(self, misfits=(*self.misfits, *(new for new in misfits if new.key not in told)))

    def with_sections(self, **sections: Any) -> "Fitted":
        """Replace sections of the config."""
        return replace(self, config=self.config.model_copy(update=sections))


def refusal(misfits: Sequence[Misfit], dataset: Dataset) -> UserError:
    """Return the one error that tells all options that do not fit."""
    mended = " ".join(f"{misfit.key}={typed(misfit.fits)}" for misfit in misfits if misfit.fits is not None)
    advice = f". Give {mended}" if mended else ""
    options = "an option does" if len(misfits) == 1 else f"{len(misfits)} options do"
    told = "; ".join(map(str, misfits))
    return UserError(f"{options} not fit {dataset.images.name}: {told}{advice}.")


def typed(value: Any) -> str:
    """Return a value as it is typed on the command line."""
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    return shown(value) if not isinstance(value, str) else value
