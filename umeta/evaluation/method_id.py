"""Which method an accuracy is of, in parts that can be asked for; the printed name follows from them."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

ON_CLUSTERS, ON_RANDOM_LABELS, ON_TRUE_CLASSES = "CACTUs", "random", "oracle"
"""How learners are called by what their training tasks were made of, where that was a partition."""


class MethodKind(StrEnum):
    """What a method was meta-trained on, if it was."""

    ORACLE = "oracle"
    CLUSTERS = "clusters"
    OTHER_SOURCE = "other source"
    RANDOM_LABELS = "random labels"
    BASELINE = "baseline"


SOURCE_LABELS = {
    MethodKind.ORACLE: ON_TRUE_CLASSES,
    MethodKind.CLUSTERS: ON_CLUSTERS,
    MethodKind.RANDOM_LABELS: ON_RANDOM_LABELS,
}
"""The label of the task source by kind; a source of another kind says its own."""


@dataclass(frozen=True)
class MethodId:
    """One method in one batch-norm mode."""

    kind: MethodKind
    label: str
    """Of the learner, e.g. `MAML`, or of the baseline, e.g. `nearest-neighbour`."""
    source: str | None = None
    """Of the learner's task source, e.g. `CACTUs` or `UMTRA`; None for a baseline."""
    batch_norm: str | None = None
    """`transductive`, `support` or `running`; None for a method without batch norm."""
    encoder: str | None = None
    """The encoder whose embedding has a part in it; None where none has, as in an oracle or training from scratch."""

    @property
    def name(self) -> str:
        """The name in results, e.g. `CACTUs-MAML`, `oracle-ProtoNets` or `nearest-neighbour`."""
        return f"{self.source}-{self.label}" if self.source else self.label

    @property
    def name_with_mode(self) -> str:
        """The name in results with the batch-norm mode, where there is one."""
        return f"{self.name} ({self.batch_norm} BN)" if self.batch_norm else self.name

    @property
    def is_baseline(self) -> bool:
        """Whether it was not meta-trained."""
        return self.kind is MethodKind.BASELINE

    def to_json(self) -> dict[str, Any]:
        """Return the parts as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, parts: dict[str, Any]) -> "MethodId":
        """Return the method of parts that `to_json` gave."""
        return cls(**{**parts, "kind": MethodKind(parts["kind"])})
