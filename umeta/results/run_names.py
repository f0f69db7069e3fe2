"""Names of runs: their methods, and what tells them from the other runs that stand beside them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

FIRST = ("dataset.split", "budget", "seed", "oracle", "partition.n_clusters", "learner.iterations")
"""Options that tell runs apart before all others, for people know them best."""
MAX_VALUE = 24
"""Letters of a value that are shown."""
Config = Mapping[str, Any]


def run_names(configs: Mapping[str, Config]) -> dict[str, str]:
    """Return a name for each run, e.g. "digits · pca · kmeans · protonets · seed=1".

    Options stand in a name only where they tell it from runs of the same methods, and no more of them than needed.

    Args:
        configs: The runs' configs, as they are stored, by the runs' ids.
    """
    alike: dict[str, dict[str, Config]] = defaultdict(dict)
    for run_id, config in configs.items():
        alike[" · ".join(_methods(config))][run_id] = config
    return {
        run_id: " · ".join((methods, *differences))
        for methods, group in alike.items()
        for run_id, differences in _differences(group).items()
    }


def shown_options(config: Config) -> Iterator[str]:
    """Yield every option of a run as `option=value`, as names show it, and with the section that it is of."""
    for key, value in _flat(config):
        yield from {f"{_label(key)}={_value(value)}", f"{key}={_value(value)}"}


def _differences(group: Mapping[str, Config]) -> dict[str, tuple[str, ...]]:
    """Return the options that tell each run of a group from the others; a part of its id where none does."""
    options = {run_id: dict(_flat(config)) for run_id, config in group.items()}
    every = {key for values in options.values() for key in values} - {
        "source.name"
    }  # it is one of the methods
    keys = [*(key for key in FIRST if key in every), *sorted(every.difference(FIRST))]
    parts: dict[str, tuple[str, ...]] = dict.fromkeys(group, ())
    for key in keys:
        if len(set(parts.values())) == len(group):
            break
        longer = {
            run_id: (*part, f"{_label(key)}={_value(options[run_id][key])}")
            if key in options[run_id]
            else part
            for run_id, part in parts.items()
        }
        if len(set(longer.values())) > len(set(parts.values())):
            parts = longer
    counts = list(parts.values())
    return {
        run_id: part if counts.count(part) == 1 else (*part, run_id.rpartition("-")[2])
        for run_id, part in parts.items()
    }


def _methods(config: Config) -> Iterator[str]:
    """Yield the names of a run's methods in the order of the pipeline."""
    source = _method(config, "source") or "partition"
    made_of = "partition" if source == "partition" else "source"
    for section in ("dataset", "encoder", made_of, "learner"):
        yield _method(config, section).rsplit("/", 1)[-1] or "unknown"


def _method(config: Config, section: str) -> str:
    method = config.get(section)
    return str(method.get("name", "")) if isinstance(method, Mapping) else ""


def _flat(config: Config, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every option under its dotted key."""
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _label(key: str) -> str:
    """Return a key as it is shown: shapes are of practice or of test tasks, other options speak for themselves."""
    section, _, option = key.rpartition(".")
    return key if section in ("task", "test") else option


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(
            _value(part.get("name", part) if isinstance(part, Mapping) else part) for part in value
        )
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"
