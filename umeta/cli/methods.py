"""The command that lists methods."""

from umeta.cli.method_list import listed_methods
from umeta.cli.printing import AsJson, print_rows


def methods(as_json: AsJson = False) -> None:
    """List the methods of every stage with their options and defaults."""
    print_rows(listed_methods(), as_json, columns=("section", "name", "options"))
