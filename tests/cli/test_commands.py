"""Tests umeta.cli.methods and umeta.cli.errors too."""

import inspect
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from umeta.cli.app import app
from umeta.cli.commands import COMMANDS, imported
from umeta.cli.errors import status_after
from umeta.stage import Cancelled, UserError
from umeta.storage_errors import StorageError


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_the_first_paragraph_of_its_help(name):
    paragraph = inspect.cleandoc(imported(name).help).split("\n\n")[0].replace("\n", " ")
    assert COMMANDS[name][1] == paragraph


def test_help_imports_nothing_that_a_command_needs():
    code = (
        "import sys; from umeta.cli.app import app; app(['--help'], standalone_mode=False); "
        "print([name for name in ('pydantic', 'numpy', 'yaml', 'umeta.stage') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip().splitlines()[-1] == "[]"
    assert all(name in printed for name in COMMANDS)


def test_a_command_has_its_own_help_and_options():
    shown = CliRunner().invoke(app, ["run", "--help"]).output
    assert "--detach" in shown
    assert "--install-completion" not in CliRunner().invoke(app, ["datasets", "--help"]).output


def test_a_wrong_name_is_answered_with_the_nearest():
    answer = CliRunner().invoke(app, ["methds"])
    assert answer.exit_code == 2
    assert "Did you mean 'methods'?" in answer.output


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (UserError("n_way=1 is too few."), 2, "error: n_way=1 is too few."),
        (StorageError("The disk is full."), 1, "error: The disk is full."),
        (FileNotFoundError(2, "No such file", "a.npy"), 1, "error: a.npy: No such file"),
        (Cancelled(), 130, "cancelled"),
        (KeyboardInterrupt(), 130, "cancelled"),
    ],
)
def test_an_error_that_a_person_can_mend_is_one_line_and_a_status(error, status, line, capsys):
    assert status_after(error) == status
    assert capsys.readouterr().err.strip() == line


def test_any_other_error_is_raised():
    with pytest.raises(ZeroDivisionError):
        status_after(ZeroDivisionError())
