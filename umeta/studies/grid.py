"""The cells of a study's grid: the product of its axes, and options laid over each other into a run's config."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from umeta.baselines import BASELINES
from umeta.runs.config import DEFAULTS, SECTIONS, RunConfig
from umeta.stage import UserError, build

Options = dict[str, Any]
"""Options by section of a run, or by a method's name."""


def product_of_axes(block: Options) -> Iterable[Options]:
    """Return the options of each cell of a block: every axis is a list, but a list of baselines is one value."""
    axes = {
        key: value if isinstance(value, list) and key != "baselines" else [value]
        for key, value in block.items()
        if key != "budgets"
    }
    return (dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values()))


def options_of(words: Sequence[str]) -> Options:
    """Return the options of `key=value` words, by section or method.

    Raises:
        UserError: a word is no key=value.
    """
    options: Options = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise UserError(f"{word!r} is no key=value.")
        section, dot, option = key.partition(".")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError:
            value = text
        if dot:
            options[section] = {**_mapping(options.get(section, {})), option: value}
        else:
            options[section] = text if section in SECTIONS else value
    return options


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
            values[key] = _method_options(key, by_layer, layers)
        elif key in ("task", "test"):
            values[key] = {name: value for options in by_layer for name, value in options.items()}
        elif by_layer:
            values[key] = by_layer[-1]
    cell = build(RunConfig, {**values, "budget": budget}, where="")
    if "n_clusters" in cell.partition.open_options:
        raise UserError(
            f"partition={cell.partition.name} leaves n_clusters to the data; a study's cells are known before any "
            "data is loaded, so give partition.n_clusters."
        )
    return cell.model_copy(update={"device": device})


def has_options(cell: RunConfig, section: str, value: Any) -> bool:
    """Return whether a cell's section is of a name, or has some options."""
    own = cell.model_dump(mode="json")[section]
    if not isinstance(own, dict):
        return own == value
    return all(own.get(key) == required for key, required in _mapping(value).items())


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
                f"{word!r} selects nothing. Give key=value, e.g. encoder=acai,learner=maml,seed=0."
            )
        if not has_options(cell, section, {option: yaml.safe_load(text)} if dot else yaml.safe_load(text)):
            return False
    return True


def _method_options(section: str, by_layer: Sequence[Any], layers: Sequence[Options]) -> Options:
    """Return the method that the last layer names, with the options that the layers have for it."""
    names = [options["name"] for options in map(_mapping, by_layer) if "name" in options]
    name = names[-1] if names else DEFAULTS[section]
    options: Options = {"name": name}
    for layer in layers:
        if name not in RunConfig.model_fields:  # `oracle` is a section
            options |= dict(layer.get(name) or {})
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
            raise UserError(f"{key!r} is no section of a run and no method. Valid keys: {', '.join(valid)}.")
