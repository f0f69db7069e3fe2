"""The comparisons that answer first what a result says."""

from collections.abc import Sequence

from umeta.evaluation.method_id import MethodKind
from umeta.results.comparison import Difference, difference, like_for_like
from umeta.results.contenders import Contender

PLAIN_BASELINE = "nearest-neighbour"
UNLABELLED = (MethodKind.CLUSTERS, MethodKind.OTHER_SOURCE, MethodKind.RANDOM_LABELS)
"""Learners that were trained without a true class."""


def main_differences(contenders: Sequence[Contender]) -> list[Difference]:
    """Return the comparisons that matter most at one way and shot, the first of them the answer.

    They are the best learner that saw no label against the nearest neighbour in the same embedding, against the best
    baseline, and the oracle against it. Without such a learner: the oracle, or the best baseline, against a baseline.

    A method that sees each query alone comes before one that sees the queries of a task together, and neither is
    compared with the other.

    Args:
        contenders: The methods at one way and shot, the best first.
    """
    learners = [contender for contender in contenders if contender.kind in UNLABELLED]
    oracles = [contender for contender in contenders if contender.kind is MethodKind.ORACLE]
    baselines = [contender for contender in contenders if contender.method.is_baseline]
    candidates = learners or oracles or baselines
    if not candidates:
        return []
    best = next((contender for contender in candidates if not contender.transductive), candidates[0])
    rivals = [
        contender for contender in baselines if contender is not best and like_for_like(contender, best)
    ]
    rivals = [contender for contender in rivals if _encoder(contender) == _encoder(best)] or rivals
    plain = [contender for contender in rivals if contender.method.label == PLAIN_BASELINE]
    pairs = [(best, rival) for rival in dict.fromkeys([*plain[:1], *rivals[:1]])]
    oracle = next((contender for contender in oracles if like_for_like(contender, best)), None)
    if learners and oracle is not None:
        pairs.append((oracle, best))
    return [difference(a, b) for a, b in pairs]


def _encoder(contender: Contender) -> object:
    return contender.run.result.config["encoder"]
