from umeta.partitions.stability import Stability
from umeta.ui.partitions.stability import steady_in_words, tried


def test_numbers_leave_ten_images_a_cluster():
    assert tried(200) == (2, 5, 10, 20)
    assert tried(100_000) == (2, 5, 10, 20, 50, 100, 200, 500)
    assert tried(5) == (2,)


def test_the_steadiest_number_is_named():
    found = [
        Stability(2, 0.7, 0.6, 0.8, 100),
        Stability(5, 0.95, 0.9, 1.0, 100),
        Stability(10, 0.3, 0.2, 0.4, 100),
    ]
    assert steady_in_words(found) == (
        "**5 clusters** are the steadiest: another start finds the same ones (0.95). With 10 the agreement is 0.30."
    )
    assert steady_in_words(found[:1]) == (
        "**2 clusters** are the steadiest: another start finds mostly the same ones (0.70)."
    )
