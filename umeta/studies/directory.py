"""The directory of a study that has a process of its own: what is to be done, and what the process is doing.

order.json     which study, at which budget, which part of it      status.json    state, cells done, process
run.log        what the process printed

What the study found is not here: its cells are runs, each with a directory of its own.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from umeta.cache import Home
from umeta.runs.working_directory import WorkingDirectory
from umeta.sealed_files import read_record, write_record
from umeta.stage import Config, UserError, build, content_hash
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
    device: str = ""
    n_workers: int = Field(default=1, ge=1)
    now: bool = False

    def as_words(self) -> tuple[str, ...]:
        """Return the words of the command line that give its study and its part of it."""
        options = {"--budget": self.budget, "--only": self.only}
        given = [part for option, value in options.items() if value for part in (option, value)]
        return (self.study, *self.words, *given, *(["--anew"] if self.anew else []))

    def load(self) -> Study:
        """Return the study with the cells that are to be run."""
        return load_study(self.study, self.budget, self.words, self.only, self.device)

    @property
    def order_id(self) -> str:
        """The name of its directory: the study's and the budget, and a hash of the order if it has other options.

        Who runs its cells, and how, makes no other study of it.
        """
        plain = StudyOrder(study=self.study, budget=self.budget)
        how = ("label_use", "device", "n_workers", "now")
        order = self.model_copy(update={key: getattr(plain, key) for key in how})
        path = Path(self.study)
        suffix = (
            ""
            if order == plain and not path.suffix
            else f"-{content_hash(order.model_dump(mode='json', exclude=set(how)), 6)}"
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
        write_record(directory.path / ORDER, order.model_dump(mode="json"), directory.path.name)
        return directory

    def order(self) -> StudyOrder:
        """Return the order.

        Raises:
            UserError: the file is missing or damaged.
        """
        file = self.path / ORDER
        record = read_record(file, self.path.name, remedy="start the study again")
        if record is None:
            raise UserError(f"{file} is missing; start the study again.")
        return build(StudyOrder, record, where="the study's order")


def at_work(order: StudyOrder, home: Home) -> StudyDirectory:
    """Return the directory of an order; if its process is not at work, that of the only one of its study that is.

    Raises:
        UserError: several others of the study are at work; they are listed.
    """
    own = StudyDirectory.of(order, home)
    if own.status().may_run:
        return own
    others = []
    for path in sorted((home.root / "studies").glob(f"*/{ORDER}")):
        other = StudyDirectory(path.parent)
        if not other.status().may_run:  # its order may be damaged, and is none of ours
            continue
        found = other.order()
        if (found.study, found.budget) == (order.study, order.budget):
            others.append(other)
    if len(others) > 1:
        words = "; ".join(" ".join(other.order().as_words()) for other in others)
        raise UserError(f"{order.study} is at work more than once. Say which: {words}.")
    return others[0] if others else own
