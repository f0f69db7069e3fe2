"""The config that the words of a command describe."""

from pathlib import Path
from typing import Annotated, Any

import typer

from umeta.runs import RunConfig
from umeta.stage import UserError
from umeta.yaml_reading import read_yaml

Words = Annotated[list[str] | None, typer.Argument(metavar="[CONFIG.yaml] [KEY=VALUE]...")]


def config_of(words: list[str] | None, *more: str) -> RunConfig:
    """Read a config file, if the first word is one, and the key=value words.

    Raises:
        UserError: the file or a word is none.
    """
    words, base = list(words or ()), dict[str, Any]()
    if words and "=" not in words[0]:
        file = Path(words.pop(0)).expanduser()
        if not file.exists() and not file.suffix:
            raise UserError(
                f"{file} is neither key=value nor a config file. For a data set: dataset={file}, as in "
                "umeta run dataset=omniglot encoder=pca."
            )
        base = read_yaml(file, "a mapping of config sections")
    return RunConfig.from_keys((*words, *more), base)
