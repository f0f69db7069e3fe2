"""What Streamlit's Markdown makes of texts from outside, in a real browser: nothing but the text."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import SETTLED, serving
from umeta.cache import Home

TEXTS = (
    "my_photos (2)",
    "a*b **c** _d_ __e__ ~~f~~ `g`",
    "![x](http://evil.example/a.png)",
    "[click](http://evil.example) [a][b] [^1]",
    "http://evil.example www.evil.example HTTPS://evil.example me@evil.example <http://evil.example>",
    ":material/home: :material_home: :smile: :+1: :streamlit: :red[x] :blue-badge[x] :help[x] ::x{a=b} :small",
    "$x^2$ $$y$$ \\(z\\)",
    "<img src=http://evil.example/b.png onerror=alert(1)> <b>x</b> &lt; &amp; &#42; &copy",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    "# no heading",
    "- no list",
    "12. no list",
    "> no quote",
    "=== --- ***",
    "| a | b |",
    "C:\\Users\\*me*\\",
    "{a} ^b^ ==c== [[d]] [x]",
    "שלום 123",
)
SCRIPT = """
import json
import streamlit as st
from umeta.ui.frame.text import code, plain

texts = json.loads({texts!r})
for k, text in enumerate(texts):
    with st.container(key=f"text{{k}}"):
        st.markdown(plain(text))
        st.markdown(f"before **{{plain(text)}}** after")
        st.markdown(plain(text), unsafe_allow_html=True)
        st.caption(plain(text))
        st.warning(plain(text))
        st.progress(0.5, text=plain(text))
        st.button(plain(text), key=f"button{{k}}")
        st.metric(plain(text), plain(text))
        st.subheader(plain(text), anchor=False)
        st.table({{plain(text): [plain(text)]}})
        st.markdown(code(text))
"""


WORDS = "[data-testid=stMarkdownContainer] > p, p > code, h3 > div"
N_WORDS = 12
SIGNS_OF_NO_WIDTH = "[\u2060\u2068\u2069]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, shared_home: Home) -> Iterator[str]:
    script = tmp_path_factory.mktemp("text") / "texts.py"
    script.write_text(SCRIPT.format(texts=json.dumps(TEXTS)))
    with serving(shared_home, script) as server:
        yield server.address


def test_a_text_is_drawn_as_it_is_and_fetches_nothing(address: str, browser: Browser):
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    page.wait_for_selector(SETTLED)
    page.locator(f".st-key-text{len(TEXTS) - 1} code").wait_for()
    for k, text in enumerate(TEXTS):
        place = page.locator(f".st-key-text{k}")
        expect(place.locator(WORDS)).to_have_count(N_WORDS)
        shown = [re.sub(SIGNS_OF_NO_WIDTH, "", line) for line in place.locator(WORDS).all_inner_texts()]
        assert [line for line in shown if line not in (text, f"before {text} after")] == []
        assert place.locator("img, a, li, blockquote, em, del, hr, .katex, [role=img]").count() == 0, text
    assert not [url for url in requests if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))]
    page.close()
