from umeta.ui.partitions.attributes import follows_text


def test_what_both_follow_is_said_once():
    text = follows_text({"ink": 0.1, "class": 0.4}, {"ink": 0.2, "class": 0.25})
    assert text == "Of these, both follow **class** most: A to 0.40, B to 0.25."


def test_following_none_is_told():
    text = follows_text({"ink": 0.5}, {"ink": -0.001})
    assert text == "Of these, A follows **ink** most, to 0.50, and B follows none."
