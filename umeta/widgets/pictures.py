"""What a widget is where no kernel runs: a picture beside it in the notebook, which pages such as GitHub show."""

import base64
from typing import Any


def with_picture(bundle: Any, alt: str, pictures: dict[str, bytes | str]) -> Any:
    """Return a widget's MIME bundle with pictures in it, and words for whoever sees neither.

    Args:
        bundle: What the widget itself is displayed by: data, or data and metadata.
        alt: What the widget shows.
        pictures: By their MIME types, PNG as bytes and SVG as text.
    """
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    encoded = {
        kind: base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content
        for kind, content in pictures.items()
    }
    words = {kind: {"alt": alt} for kind in pictures}
    return {**data, "text/plain": alt, **encoded}, {**metadata, **words}
