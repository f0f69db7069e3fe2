from umeta.ui.frame.titles import clean_title, told_apart


def test_a_title_is_one_line_of_visible_signs():
    assert clean_title(" my\n\tpho\u202etos \x00") == "my pho tos"
    assert clean_title("été 写真 $*_|") == "été 写真 $*_|"


def test_titles_that_are_the_same_get_their_paths():
    names = ["digits", "folder:/a", "folder:/b", "folder:/c", "import:/d"]
    titles = {"folder:/a": "birds", "folder:/b": "digits", "folder:/c": "birds", "import:/d": "mine"}
    assert told_apart(names, titles) == {
        "digits": "digits",
        "folder:/a": "birds (/a)",
        "folder:/b": "digits (/b)",
        "folder:/c": "birds (/c)",
        "import:/d": "mine",
    }
