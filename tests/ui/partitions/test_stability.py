from umeta.partitions.stability import Stability
from umeta.ui.partitions.stability import stability_text

CAVEAT = "Which number makes the best tasks is another question, which only training answers."


def test_the_steadiest_number_is_named():
    rows = [
        Stability(2, 0.7, 0.6, 0.8, 100),
        Stability(5, 0.95, 0.9, 1.0, 100),
        Stability(10, 0.3, 0.2, 0.4, 100),
    ]
    assert stability_text(rows) == (
        "**5 clusters** are found again most surely: another start finds the same ones (0.95). With 10 the agreement "
        f"is 0.30. {CAVEAT}"
    )
    assert stability_text(rows[:1]) == (
        f"**2 clusters** are found again most surely: another start finds mostly the same ones (0.70). {CAVEAT}"
    )
