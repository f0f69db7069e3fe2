"""The methods of every stage with their options and defaults.

Those of umeta are read from a file beside this module, since a method's own module imports torch. The file is made by
`python -m docs.generate`, and a test fails when it is out of date.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from umeta.baselines import BASELINES
from umeta.runs.config import SECTIONS
from umeta.stage import Registry

LIST = Path(__file__).with_name("method_list.json")


def listed_methods() -> list[dict[str, Any]]:
    """Return a row for each method, its section, name and options; of other packages' methods from their classes."""
    listed = json.loads(LIST.read_text("utf-8"))
    rows = []
    for section, registry in _registries().items():
        for name in registry.methods:
            built_in = name in registry.builtin
            options = listed[section][name] if built_in else options_of(registry, name)
            rows.append({"section": section, "name": name, "options": options})
    return rows


def list_text() -> str:
    """Return what the file must hold: for each section the options of its built-in methods, from their classes."""
    options = {
        section: {name: options_of(registry, name) for name in registry.builtin}
        for section, registry in _registries().items()
    }
    return json.dumps(options, indent=1, default=str) + "\n"


def options_of(registry: Registry, name: str) -> dict[str, Any]:
    """Import a method and return its options with their defaults; those that must be given are left out."""
    method = registry.method_class(f"{name}:PATH" if name in registry.takes_argument else name)
    return {
        key: field.get_default(call_default_factory=True)
        for key, field in method.model_fields.items()
        if key != "name" and not field.is_required()
    }


def _registries() -> Mapping[str, Registry]:
    return {**SECTIONS, "baselines": BASELINES}
