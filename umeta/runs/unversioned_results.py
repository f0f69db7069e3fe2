"""The methods in results that were written before results had a schema version."""

from collections.abc import Mapping
from typing import Any

from umeta.evaluation.method_id import ON_TRUE_CLASSES, SOURCE_LABELS, MethodId, MethodKind


def unversioned_id(row: Mapping[str, Any], config: Mapping[str, Any]) -> MethodId:
    """Return the method of a row that has a printed name alone: the run's config tells what the name is made of."""
    name, mode, encoder = row["method"], row["bn"], config["encoder"]["name"]
    baselines = [baseline["name"] for baseline in config.get("baselines", ())]
    if not any(name == baseline or name.startswith(f"{baseline}-") for baseline in baselines):
        kind, source, printed_source = _unversioned_source(config)
        if name.startswith(f"{printed_source}-"):
            label = name.removeprefix(f"{printed_source}-")
            return MethodId(kind, label, source, mode, encoder if kind is MethodKind.CLUSTERS else None)
        if name.startswith(f"{ON_TRUE_CLASSES}-"):
            return MethodId(
                MethodKind.ORACLE, name.removeprefix(f"{ON_TRUE_CLASSES}-"), ON_TRUE_CLASSES, mode
            )
    return MethodId(MethodKind.BASELINE, name, None, mode, None if name == "scratch" else encoder)


def _unversioned_source(config: Mapping[str, Any]) -> tuple[MethodKind, str, str]:
    """Return the kind of a run's own learner, the label of its task source, and the label that was printed.

    The two labels differ for a task source of a user's own, which was called by the partition that it did not use.
    """
    partition, source = config["partition"]["name"], config.get("source", {}).get("name", "partition")
    by_partition = {"random": MethodKind.RANDOM_LABELS, "oracle": MethodKind.ORACLE}.get(
        partition, MethodKind.CLUSTERS
    )
    if source == "partition":
        return by_partition, SOURCE_LABELS[by_partition], SOURCE_LABELS[by_partition]
    label = {"umtra": "UMTRA", "protoclr": "ProtoCLR"}.get(source)
    return MethodKind.OTHER_SOURCE, label or source, label or SOURCE_LABELS[by_partition]
