"""The command itself: what is done before each of its commands, and what becomes of an error."""

import sys

import typer

from umeta.cli.commands import Commands

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command and turn every error that a person can mend into one line."""
    for stream in (sys.stdout, sys.stderr):  # of a terminal that has no × or …
        stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue]
    try:
        app()
    except (Exception, KeyboardInterrupt) as error:
        from umeta.cli.errors import status_after

        sys.exit(status_after(error))


@app.callback(
    help="Unsupervised meta-learning: from unlabelled images to a few-shot learner, each step a command."
)
def prepare() -> None:
    """Set up what every command needs; not called where only help is asked for."""
    import logging

    from umeta.cli.printing import LineHandler
    from umeta.device import keep_freed_memory

    keep_freed_memory()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[LineHandler()])
