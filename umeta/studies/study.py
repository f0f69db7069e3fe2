"""A study: a grid of runs that answers one question, described in a YAML file.

```yaml
title: What does clustering add?
question: Is CACTUs better than the embedding that it clusters?
common:                      # sections of every run
  dataset: {name: omniglot, split_seed: 1}
budgets:                     # what a budget sets: sections, or options of a method by its name
  short: {kmeans: {n_clusters: 500, n_partitions: 20}, protonets: {iterations: 1000}}
grid:                        # blocks; a list is an axis, and the product of a block's axes are its cells
  - {encoder: [acai, simclr], learner: none, partition: {name: random, n_clusters: 2}, baselines: [linear]}
  - {encoder: [acai, simclr], partition: kmeans, learner: [maml, protonets], seed: [0, 1, 2], baselines: []}
comparisons:
  - claim: CACTUs beats the linear classifier in its own embedding.
    a: {encoder: acai, method: CACTUs-ProtoNets}
    b: {encoder: acai, method: linear}
```

A *cell* is one resolved `RunConfig`; its run id is its identity, so cells of two studies may be the same run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from umeta.device import pick_device
from umeta.messages import cut
from umeta.runs.config import DEFAULTS, SECTIONS, RunConfig, differing_options
from umeta.runs.testing import as_tuple
from umeta.stage import Config, UserError, build
from umeta.studies.grid import (
    Options,
    build_cell,
    has_options,
    is_selected,
    options_of_words,
    product_of_axes,
    unused,
)
from umeta.yaml_reading import read_yaml

SHIPPED = Path(__file__).parent / "shipped"
"""The studies that come with umeta, with a folder of finished cells beside them."""
TEST_LIST_OPTIONS = {"n_query", "n_tasks", "seed", "split", "of"}
"""The options of a test that decide its lists of tasks, but for those by which results tell their columns apart."""
CELLS = "cells"
"""The folder of finished cells beside a study's file. All studies there share it, as they share cells."""
Budget = Literal["smoke", "short", "paper"]


class RowFilter(Config):
    """Which rows of a study: a method, and what must hold of its cell. Of several methods the best is taken."""

    method: str | tuple[str, ...]
    bn: str | None = None
    """The batch-norm mode; None for the method's own, the first in which it was judged."""
    encoder: Any = None
    partition: Any = None
    learner: Any = None

    def takes(self, cell: RunConfig) -> bool:
        """Return whether a cell has the methods and options that are required."""
        required = {"encoder": self.encoder, "partition": self.partition, "learner": self.learner}
        return all(
            has_options(cell, section, value) for section, value in required.items() if value is not None
        )


class Comparison(Config):
    """The two methods that a claim is about: A is said to be better than B."""

    claim: str
    a: RowFilter
    b: RowFilter


class StudyFile(Config):
    """What stands in a study's YAML file."""

    title: str
    question: str
    common: Options = Field(default_factory=dict)
    budgets: dict[Budget, Options]
    grid: tuple[Options, ...] = Field(min_length=1)
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True, eq=False)
class Study:
    """A study at one budget: its cells in the order in which they are run."""

    path: Path
    file: StudyFile
    budget: Budget
    cells: tuple[RunConfig, ...]

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def shipped(self) -> Path:
        """The folder of cells that were computed before, beside the study's file."""
        return self.path.parent / CELLS / self.budget

    def names_of(self, cell: RunConfig) -> list[str]:
        """Return a cell's encoder, partition and learner, each with the options by which the study has others of it.

        A fourth name is what of its images and test tasks is other than in the study's first cell, and by which options
        the study has others of its source of tasks, if anything is; methods are called by a partition's dials already.
        """
        names = [self._name(cell, section) for section in ("encoder", "partition", "learner")]
        return [*names, *filter(None, [self._other_tasks(cell)])]

    def _name(self, cell: RunConfig, section: str) -> str:
        name, options = getattr(cell, section).name, ", ".join(self._options(cell, section))
        return f"{name} ({options})" if options else name

    def _options(self, cell: RunConfig, section: str) -> Iterator[str]:
        others = (sections.get(section, {}) for sections in self._sections.values())
        return differing_options(self._sections[cell.run_id][section], others)

    def _other_tasks(self, cell: RunConfig) -> str:
        first, own = (
            one.model_dump(mode="json", include={"dataset": True, "test": TEST_LIST_OPTIONS})
            for one in (self.cells[0], cell)
        )
        differences = [
            f"{section}.{option}={options.get(option, 'as usual')}"
            for section, options in own.items()
            for option in {**first[section], **options}  # either may leave out an option that is at rest
            if first[section].get(option) != options.get(option)
        ]
        if cell.source.name != DEFAULTS["source"]:
            differences += [f"source.{option}" for option in self._options(cell, "source")]
        return ", ".join(differences)

    @cached_property
    def _sections(self) -> dict[str, dict[str, Any]]:
        return {cell.run_id: cell.model_dump(mode="json", include=set(SECTIONS)) for cell in self.cells}


def list_studies() -> list[str]:
    """Return the names of the studies that come with umeta."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_study(
    name: str, budget: str = "short", words: Sequence[str] = (), only: str = "", device: str = ""
) -> Study:
    """Return a study by its name or the path of its YAML file.

    Args:
        words: `key=value` over every cell; a method's options may be given by its name, `maml.iterations=100`.
        only: `key=value,key=value`, which cells to take, e.g. `encoder=acai,learner=protonets`.
        device: that of the machines which run the cells; "" for this machine's.

    Raises:
        UserError: there is no such study, its file is no valid study, or no cell is left.
    """
    path = _find(name)
    file = _read(path)
    if budget not in file.budgets:
        raise UserError(f"study {path.stem} has no budget={budget}; it has {', '.join(file.budgets)}.")
    over = options_of_words(words)
    blocks = [
        block
        for block in file.grid
        if budget in as_tuple(block.get("budgets", budget))  # a block may be meant for some budgets alone
    ]
    chosen_device = str(over.get("device", file.common.get("device", "auto")))
    device = device if device and chosen_device == "auto" else pick_device(chosen_device).type
    cells: dict[str, RunConfig] = {}
    for number, block in enumerate(blocks, start=1):
        for values in product_of_axes(block):
            layers = (file.common, file.budgets[budget], values, over)
            try:
                cell = build_cell(layers, budget, device)
            except UserError as error:
                raise UserError(f"{path.name}, block {number} of its grid: {error}") from None
            cells.setdefault(cell.run_id, cell)
    if dropped := unused(words, cells.values()):
        raise UserError(
            f"{cut(dropped[0])} would change nothing: no cell of study {path.stem} has that method."
        )
    chosen = tuple(cell for cell in cells.values() if is_selected(cell, only))
    if not chosen:
        raise UserError(f"none of the {len(cells)} cells of study {path.stem} has {only}.")
    return Study(path, file, budget, chosen)  # type: ignore[arg-type]  # a key of its budgets


def _find(name: str) -> Path:
    path = Path(name).expanduser()
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise UserError(f"there is no study file {path}.")
        return path.resolve()
    if name not in list_studies():
        raise UserError(
            f"study {name!r} is not known. Choose one of: {', '.join(list_studies())}; or give the path of a "
            "YAML file."
        )
    return SHIPPED / f"{name}.yaml"


def _read(path: Path) -> StudyFile:
    content = read_yaml(path, "a mapping with title, question, budgets and grid")
    try:
        return build(StudyFile, content, where="")
    except UserError as error:
        raise UserError(f"{path.name}: {error}") from None
