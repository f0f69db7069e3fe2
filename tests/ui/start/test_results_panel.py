from umeta.ui.shared.demo import load_demo


def test_what_start_says_of_the_practice_is_what_the_numbers_say():
    demo = load_demo()
    assert demo.gain(plain=True) > 0.05, "Start says that practice helps on plain pixels"
    assert 0.005 < demo.gain() < demo.gain(plain=True) / 4, "Start says that it wins little on this map"
    better_map = demo.row("baseline").accuracy - demo.row("baseline", plain=True).accuracy
    assert better_map > demo.gain(plain=True), "Start says that the better map is worth more"
