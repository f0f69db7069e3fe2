"""The cells of a study's grid: the product of its axes, and options laid over each other into a run's config."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from umeta.baselines import BASELINES
from umeta.data import DATASETS
from umeta.messages import shown
from umeta.runs.config import DEFAULTS, SECTIONS, SINGLE, RunConfig, default_method
from umeta.runs.words import lay_over, options_of, parse_words
from umeta.stage import UserError, build
from umeta.yaml_reading import read_value

MAX_CELLS = 10_000
"""Cells of a block of a grid; more were never meant."""
Options = dict[str, Any]
"""Options by section of a run, or by a method's name."""


def product_of_axes(block: Options) -> Iterable[Options]:
    """Return the options of each cell of a block: every axis is a list, but a list of baselines is one value.

    Raises:
        UserError: too many cells.
    """
    axes = {
        key: value if isinstance(value, list) and key != "baselines" else [value]
        for key, value in block.items()
        if key != "budgets"
    }
    n_cells = math.prod(len(values) for values in axes.values())
    if n_cells > MAX_CELLS:
        raise UserError(f"a block of the grid has {n_cells:,} cells; a study has at most {MAX_CELLS:,}.")
    return (dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values()))


def options_of_words(words: Sequence[str]) -> Options:
    """Return the options of `key=value` words, by section or method.

    Raises:
        UserError: a word is no key=value, or two give one key different values.
    """
    return lay_over({}, parse_words(words, named=SECTIONS), named=SECTIONS, single=SINGLE)


def build_cell(layers: Sequence[Options], budget: str, device: str) -> RunConfig:
    """Lay options over each other, the later over the earlier, and build the run's config.

    Raises:
        UserError: an unknown key, method or value, or a number of clusters that is left to the data.
    """
    _check_keys(layers)
    values: Options = {}
    for key in RunConfig.model_fields:
        by_layer = [layer[key] for layer in layers if key in layer]
        if key in SECTIONS:
            values[key] = _method_options(key, by_layer, layers, _default(key, values))
        elif key in ("task", "test"):
            values[key] = {
                name: value for options in by_layer for name, value in options_of(key, options).items()
            }
        elif by_layer:
            values[key] = by_layer[-1]
    cell = build(RunConfig, {**values, "budget": budget}, where="")
    cell = build(
        RunConfig, cell.model_dump(), where=""
    )  # all of it counts as given: a cell is what its study says
    if "n_clusters" in cell.partition.open_options:
        raise UserError(
            f"partition={cell.partition.name} leaves n_clusters to the data; a study's cells are known before any "
            "data is loaded, so give partition.n_clusters."
        )
    return cell.model_copy(update={"device": device})


def unused(words: Sequence[str], cells: Iterable[RunConfig]) -> list[str]:
    """Return the words that give an option of a method which no cell has."""
    used = {getattr(cell, section).name for cell in cells for section in SECTIONS}
    sections = {word: parse_words([word], named=SECTIONS)[0].section for word in words}
    return [
        word
        for word, section in sections.items()
        if section not in RunConfig.model_fields and section not in used
    ]


def has_options(cell: RunConfig, section: str, value: Any) -> bool:
    """Return whether a cell's section is of a name, or has some options."""
    at_rest = getattr(cell, section)  # a dump leaves out a plain section, and some options
    own = cell.model_dump(mode="json").get(section, {})
    if not isinstance(own, dict):
        return own == value
    return all(
        own.get(key, getattr(at_rest, key, None)) == required for key, required in _mapping(value).items()
    )


def is_selected(cell: RunConfig, only: str) -> bool:
    """Return whether a cell has every `key=value` of a selection like `encoder=acai,learner=maml`.

    Raises:
        UserError: the selection is none.
    """
    for word in filter(None, only.split(",")):
        key, equals, text = word.partition("=")
        section, dot, option = key.partition(".")
        if not equals or section not in RunConfig.model_fields:
            raise UserError(
                f"{shown(word)} selects nothing. Give key=value, e.g. encoder=acai,learner=maml,seed=0."
            )
        value = read_value(text)
        if not has_options(cell, section, {option: value} if dot else value):
            return False
    return True


def _default(section: str, values: Options) -> str:
    """Return the method of a section that no layer names; the data set's section comes first."""
    if section == "dataset":
        return DEFAULTS[section]
    return default_method(section, DATASETS.parse(str(values["dataset"]["name"])))


def _method_options(
    section: str, by_layer: Sequence[Any], layers: Sequence[Options], default: str
) -> Options:
    """Return the method that the last layer names, with the options that the layers have for it."""
    names = [options["name"] for options in map(_mapping, by_layer) if "name" in options]
    name = names[-1] if names else default
    options: Options = {"name": name}
    for layer in layers:
        if name not in RunConfig.model_fields:  # `oracle` is a section
            options |= options_of(name, layer.get(name))
        own = _mapping(layer.get(section, {}))
        if own.get("name", name) == name:
            options |= own
    return options


def _mapping(value: Any) -> Options:
    return dict(value) if isinstance(value, Mapping) else {"name": value}


def _check_keys(layers: Sequence[Options]) -> None:
    methods = [name for registry in (*SECTIONS.values(), BASELINES) for name in registry.methods]
    valid = [key for key in RunConfig.model_fields if key != "budget"] + methods
    for key in (key for layer in layers for key in layer):
        if str(key).partition(":")[0] not in valid:
            raise UserError(
                f"{shown(key)} is no section of a run and no method. Valid keys: {', '.join(valid)}."
            )
