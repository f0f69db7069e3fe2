"""CSS that stands in a file of its own beside the module that draws with it."""

from pathlib import Path


def style_beside(module: str) -> str:
    """Return the CSS file that has the name of a module, as HTML; `module` is the module's `__file__`."""
    return f"<style>\n{Path(module).with_suffix('.css').read_text('utf-8')}</style>"
