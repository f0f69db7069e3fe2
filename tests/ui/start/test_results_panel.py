from umeta.ui.shared.demo import load_demo


def test_what_start_says_of_the_practice_is_what_the_numbers_say():
    demo = load_demo()
    assert demo.gain(plain=True) > 0.05, "Start says that practice helps on plain pixels"
    assert demo.gain() < 0, "Start says that it does not on this map"
    better_map = demo.row("baseline").accuracy - demo.row("baseline", plain=True).accuracy
    assert better_map > demo.gain(plain=True), "Start says that the better map is worth more"
