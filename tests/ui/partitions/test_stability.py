from umeta.partitions.stability import Stability
from umeta.ui.partitions.stability import stability_text


def test_the_steadiest_number_is_named():
    rows = [
        Stability(2, 0.7, 0.6, 0.8, 100),
        Stability(5, 0.95, 0.9, 1.0, 100),
        Stability(10, 0.3, 0.2, 0.4, 100),
    ]
    assert stability_text(rows) == (
        "**5 clusters** are the steadiest: another start finds the same ones (0.95). With 10 the agreement is 0.30."
    )
    assert stability_text(rows[:1]) == (
        "**2 clusters** are the steadiest: another start finds mostly the same ones (0.70)."
    )
