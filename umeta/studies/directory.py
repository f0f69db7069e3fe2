"""The directory of a study that has a process of its own: what is to be done, and what the process is doing.

order.json     which study, at which budget, which part of it      status.json    state, cells done, process
run.log        what the process printed

What the study found is not here: its cells are runs, each with a directory of its own.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from umeta.cache import Home, write_atomically
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import Config, UserError, content_hash
from umeta.studies.study import Study, load_study

ORDER = "order.json"


class StudyOrder(Config):
    """What a study's process is to do; the same words as on the command line."""

    study: str
    budget: str = "short"
    words: tuple[str, ...] = ()
    only: str = ""
    anew: bool = False
    label_use: str = "none"

    def load(self) -> Study:
        """Return the study with the cells that are to be run."""
        return load_study(self.study, self.budget, self.words, self.only)

    @property
    def order_id(self) -> str:
        """The name of its directory: the study's and the budget, and a hash of the order if it has other options."""
        plain = StudyOrder(study=self.study, budget=self.budget)
        order = self.model_copy(update={"label_use": plain.label_use})
        path = Path(self.study)
        suffix = (
            "" if order == plain and not path.suffix else f"-{content_hash(order.model_dump(mode='json'), 6)}"
        )
        return f"{path.stem}-{self.budget}{suffix}"


@dataclass(frozen=True)
class StudyDirectory(WorkingDirectory):
    """The files of a study's process."""

    @classmethod
    def of(cls, order: StudyOrder, home: Home) -> "StudyDirectory":
        """Return the directory of an order, whether it is there yet or not."""
        return cls(home.root / "studies" / order.order_id)

    @classmethod
    def create(cls, order: StudyOrder, home: Home) -> "StudyDirectory":
        """Write the order, and return the directory."""
        directory = cls.of(order, home)
        write_atomically(directory.path / ORDER, order.model_dump_json(indent=1).encode())
        return directory

    def order(self) -> StudyOrder:
        """Return the order.

        Raises:
            UserError: the file is missing or damaged.
        """
        try:
            return StudyOrder.model_validate_json((self.path / ORDER).read_text())
        except (OSError, ValidationError) as error:
            raise UserError(f"{self.path / ORDER} cannot be read ({error}); start the study again.") from None
