"""The command that takes the measurements of a checkout."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.peer_environment import peer_python
from umeta.cli.printing import AsJson
from umeta.stage import UserError

CHECKOUT = Path(__file__).parents[2]
MARK = '\nif __name__ == "__main__":'
"""A file without it would measure nothing, and say nothing of it."""

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to measure; a wrong name lists all.")],
    as_json: AsJson = False,
) -> None:
    """Measure this version side by side with what it is compared with; only in a checkout, with its extra `dev`.

    What else is given goes to the measurement: `umeta bench maml --device cuda --rounds 9`.
    """
    folder = CHECKOUT / "tests" / "benchmarks"
    if not folder.is_dir():
        raise UserError(
            f"The measurements are in {folder}, which is not here: umeta was installed without them. "
            "Clone its repository and run this there."
        )
    names = sorted(path.stem for path in folder.glob("*.py") if MARK in path.read_text("utf-8"))
    if name not in names:
        raise UserError(f"There is no measurement {name!r}. Choose one of: {', '.join(names)}.")
    # who measures side by side needs the peers; the other measurements have a floor or a limit instead
    compares = "side_by_side" in (folder / f"{name}.py").read_text("utf-8")
    python = peer_python(folder / "requirements.txt", Home.from_environment()) if compares else sys.executable
    command = [str(python), "-m", f"tests.benchmarks.{name}", *(["--json"] if as_json else []), *context.args]
    raise typer.Exit(subprocess.run(command, cwd=CHECKOUT, check=False).returncode)
