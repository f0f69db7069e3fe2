"""The README and the documentation: what they promise is there, and what they show is what the code does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.generate import PAGES, with_parts

pytestmark = pytest.mark.lengthy

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
MAX_README_LINES = 130
MAX_PICTURE_BYTES = 250_000
LINK = re.compile(r"\]\(([^)#:\s]+)\)")


def block(marker: str) -> str:
    """The code block of the README behind a marker."""
    return (
        README.partition(f"<!-- {marker} -->")[2].partition("```")[2].partition("\n")[2].partition("```")[0]
    )


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= MAX_README_LINES


@pytest.mark.process
def test_the_python_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    code = block("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    environment = {**os.environ, "UMETA_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    ).stdout
    assert "oracle-ProtoNets" in printed
    assert "nearest-neighbour" in printed
    assert "chance 20%" in (tmp_path / "chart.html").read_text()


def test_the_methods_of_the_readme_are_those_that_there_are() -> None:
    from umeta.baselines import BASELINES
    from umeta.runs.config import SECTIONS

    for section, registry in {**SECTIONS, "baselines": BASELINES}.items():
        if section == "dataset":
            continue  # docs/data.md has them
        (line,) = [line for line in README.splitlines() if line.startswith(f"| `{section}` |")]
        names = {f"{name}:PATH" if name in registry.takes_argument else name for name in registry.builtin}
        assert set(re.findall(r"`([^`]+)`", line)) - {section} | (names & {section}) == names


def test_the_data_sets_of_the_documentation_are_those_that_there_are() -> None:
    from umeta.data import DATASETS

    text = (ROOT / "docs/data.md").read_text()
    for name in DATASETS.builtin:
        assert f"`{name}:PATH`" in text or f"`{name}`" in text, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    text = page.read_text()
    assert with_parts(text) == text, f"{page.name} has changed: run `python -m docs.generate`"


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.stem)
def test_links_lead_to_files(page: Path) -> None:
    missing = [target for target in LINK.findall(page.read_text()) if not (page.parent / target).exists()]
    assert not missing


def test_pictures_are_light() -> None:
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    assert pictures
    assert {picture.name for picture in pictures if picture.stat().st_size > MAX_PICTURE_BYTES} == set()
