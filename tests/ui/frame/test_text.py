"""What Markdown makes of a text is shown in a browser: test_text_browser.py."""

import re

import pytest

from umeta.ui.frame.text import code, cut, plain

JOINER = "\u2060"


@pytest.mark.parametrize(
    "text",
    ["my_photos (2)", "5-way 1-shot", "-5", "1.5", "n_way=3 is not 4, n_shot='x'", "Ärger & Söhne", "夏", ""],
)
def test_an_ordinary_text_stays_as_it_is(text: str):
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a*b", r"a\*b"),
        ("_x_ __y__", r"\_x\_ \_\_y\_\_"),
        ("[x](y) ![x](y)", r"\[x\](y) !\[x\](y)"),
        ("<b>&lt;&amp", r"\<b>\&lt;\&amp"),
        ("$x$ `x` ~~x~~ a|b", r"\$x\$ \`x\` \~\~x\~\~ a\|b"),
        (r"C:\Users\*", r"C\:\\Users\\\*"),
        (":red[x]", r"\:red\[x\]"),
        ("- x", r"\- x"),
        (" - x", r" \- x"),
        ("---", r"\---"),
        ("## x", r"\## x"),
        ("> x", r"\> x"),
        ("12. x", r"12\. x"),
    ],
)
def test_a_sign_that_markdown_reads_is_escaped(text: str, shown: str):
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (":smile:", r"\::smile:"),
        (":material/home:", r"\::material/home:"),
        (":streamlit:", r"\::streamlit:"),
        ("HTTPS://evil.example", "HTTPS\\:://evil.example"),
        ("www.evil.example", "www:.evil.example"),
        ("me@evil.example", "me@:evil.example"),
        ("a -> b", "a -:> b"),
        ("a <-> b", r"a \<:-> b"),
        ("a -- b", "a -:- b"),
        ("a >= b ~= c", r"a >:= b \~:= c"),
    ],
)
def test_what_is_found_in_the_text_itself_is_broken_by_a_sign_of_no_width(text: str, broken: str):
    assert plain(text).replace(JOINER, ":") == broken


def test_a_text_is_one_line_without_signs_that_are_not_seen():
    assert plain("a\n\n# b\r\n\tc\u2028d") == "a # b c d"
    assert plain("a\0b\u202ec\u200bd\ufeffe\x1bf\u00adg\ud800h") == "a�b�c�d�e�f�g�h"
    assert plain("می\u200cخواهم").strip("\u2068\u2069") == "می\u200cخواهم"
    assert plain("ad\u200dmin") == "ad�min"
    plain("\ud83d").encode()  # half a pair would end the session: it cannot be sent


def test_a_text_from_right_to_left_does_not_turn_its_neighbours_round():
    assert plain("שלום 3") == "\u2068שלום 3\u2069"


def test_any_value_can_be_shown():
    assert plain(ValueError("n_way=*")) == r"n_way=\*"
    assert plain(3) == "3"


def test_nothing_that_is_escaped_is_a_letter_or_a_space():
    every = "".join(map(chr, range(32, 127)))
    assert not re.search(r"\\[a-zA-Z0-9\s]", plain(every).replace("\\\\", ""))


def test_a_text_in_letters_of_one_width_cannot_leave_them():
    assert code("/data/my_*photos*") == "`/data/my_*photos*`"
    assert code("a`b``c") == "```a`b``c```"
    assert code("`a`") == "`` `a` ``"
    assert code("a\n\nb") == "`a b`"
    assert code("") == "`  `"
    assert ":material/" not in code(":material/home:")


def test_a_long_text_is_cut():
    assert cut("x" * 80) == "x" * 80
    assert cut("x" * 81) == "x" * 79 + "…"
    assert cut(12345, at_most=3) == "12…"
