"""How alike two partitions are, in one plain sentence: by the pairs of images that share a cluster."""

from umeta.partitions.shared_pairs import SharedPairs


def similarity_text(pairs: SharedPairs) -> str:
    """Return the sentence about A and B."""
    if pairs.of_a == 0:
        return "**No two images share a cluster of A**, so there is nothing to compare."
    share = pairs.both / pairs.of_a
    fact = (
        f"**Of two images that share a cluster of A, {_percent(share)} share one of B too**; if B knew nothing of A, "
        f"{_percent(pairs.chance)} would."
    )
    return f"{fact} {_verdict(pairs, share)}"


def _verdict(pairs: SharedPairs, share: float) -> str:
    if pairs.both == pairs.of_a == pairs.of_b:
        return "They are the same clusters."
    if pairs.both == pairs.of_a:
        return "B only merges clusters of A."
    if pairs.both == pairs.of_b:
        return "B only splits clusters of A."
    beyond = (share - pairs.chance) / (1 - pairs.chance)
    if beyond < 0.02:
        return "They have no more in common than chance."
    if beyond < 0.5:
        return "They differ more than they agree."
    return "They agree more than they differ." if beyond < 0.9 else "They are nearly the same."


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.0995 or share == 0 else f"{share:.1%}"
