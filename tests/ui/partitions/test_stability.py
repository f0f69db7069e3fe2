from umeta.partitions.stability import Stability
from umeta.ui.partitions.stability import stability_text


def test_no_number_of_clusters_is_recommended_for_being_found_again():
    """Fewer clusters always are, though fewer of their pairs match: see tests/partitions/test_view_agreement.py."""
    rows = [
        Stability(2, 0.97, 0.9, 1.0, 100),
        Stability(5, 0.95, 0.9, 1.0, 100),
        Stability(1000, 0.3, 0.2, 0.4, 100),
    ]
    text = stability_text(rows)
    assert text.startswith(
        "Two starts agree to **0.97** with 2 clusters and to **0.30** with 1,000. **This chooses no"
    )
    assert "most surely" not in text
    assert stability_text(rows[:1]).startswith(
        "Two starts agree to **0.97** with 2 clusters. **This chooses no number"
    )
