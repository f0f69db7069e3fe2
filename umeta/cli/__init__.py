"""The `umeta` command: the whole pipeline without the app.

Data goes to stdout, progress and errors to stderr. Bad input ends with exit status 2 and one line that gives the
values found and the remedy.
"""

from umeta.cli.app import main

__all__ = ["main"]
