"""What an engine is asked to give each cell; kept as a profile, one YAML file under the home.

```yaml
partition: gpu
account: physics
time: "4:00:00"
gpus: 1
cpus: 8
setup: [module load cuda]         # lines of shell before the worker starts
options: [--constraint=a100]      # further options of sbatch
```
"""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints

from umeta.cache import Home, write_atomically
from umeta.stage import Config, UserError, build
from umeta.yaml_reading import read_yaml

Word = Annotated[str, StringConstraints(pattern=r"^[\w.,:+/@-]*$")]
Line = Annotated[str, StringConstraints(pattern=r"^[^\n\r\x00]+$")]


class Resources(Config):
    """What each cell gets, and how many run at a time."""

    partition: Word = ""
    account: Word = ""
    time: Word = ""
    """The limit of a cell, as SLURM writes it; shortly before, a cell keeps its checkpoint and is queued again."""
    memory: Word = ""
    gpus: int = Field(default=0, ge=0)
    cpus: int = Field(default=1, ge=1)
    """Cores, and threads: another number of threads adds in another order, which shows in the last digits."""
    at_once: int | None = Field(default=None, ge=1)
    """Cells that run at one time at most."""
    max_array: int | None = Field(default=None, ge=1)
    """Cells of one array at most, where a site allows fewer than its MaxArraySize."""
    retries: int = Field(default=3, ge=0)
    """How often Ray starts a cell again whose worker died."""
    setup: tuple[Line, ...] = ()
    options: tuple[Line, ...] = ()

    @property
    def device(self) -> str:
        """The device of the cells: this machine may have another one than those that run them."""
        return "cuda" if self.gpus else "cpu"


def profile_file(name: str, home: Home) -> Path:
    """Return the file of a saved profile, whether it is there or not.

    Raises:
        UserError: the name is no file's name.
    """
    if not name.isidentifier() and not name.replace("-", "_").isidentifier():
        raise UserError(f"profile={name!r} is no name; take letters, digits, - and _.")
    return home.root / "profiles" / f"{name}.yaml"


def profile_names(home: Home) -> list[str]:
    """Return the names of the saved profiles."""
    return sorted(path.stem for path in (home.root / "profiles").glob("*.yaml"))


def read_profile(name: str, home: Home, given: dict[str, Any]) -> Resources:
    """Return a saved profile with the options that were given laid over it.

    Raises:
        UserError: there is no such profile, or a value is none.
    """
    file = profile_file(name, home)
    if not file.is_file():
        saved = ", ".join(profile_names(home)) or "none yet"
        raise UserError(f"profile {name!r} is not in {file.parent}. Saved there: {saved}.")
    return build(Resources, {**read_yaml(file, "a mapping of resources"), **given}, where=file.name)


def save_profile(name: str, resources: Resources, home: Home) -> Path:
    """Write a profile and return its file.

    Raises:
        UserError: the name is no file's name, or the disk refused.
    """
    file = profile_file(name, home)
    values = resources.model_dump(mode="json", exclude_defaults=True)
    write_atomically(file, yaml.safe_dump(values, sort_keys=False).encode())
    return file
