"""Write the generated parts of the documentation: `python -m docs.generate` (with `--check` it only compares).

A generated part stands between `<!-- generated: KIND ARGUMENT -->` and `<!-- end -->`. The kinds: `table STUDY`,
`claims STUDY` and `beside STUDY`, from the finished cells that come with umeta, the last with the paper's figures;
`paper DATASET`, these figures alone; `switches STUDY`, what each cell does to the accuracy of the first; `plane STUDY`,
what goes with the gain on the task plane; `links`, from the app's declarations; `code FILE`; `growth`, from
`docs/growth.json`. The list of methods that `umeta methods` reads is made too.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from docs import growth
from umeta.cache import Home
from umeta.cli.method_list import LIST, list_text
from umeta.evaluation import paper_rows
from umeta.plane.associations import associations, sentence
from umeta.plane.points import load_plane
from umeta.results.claims import findings
from umeta.results.comparison import Difference
from umeta.results.paper import paper_references
from umeta.results.study_rows import finished_cell
from umeta.results.switches import switches_of
from umeta.results.tables import as_table, every_contender
from umeta.studies.study import load_study
from umeta.ui.frame.links import as_markdown

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PART = re.compile(r"(<!-- generated: (\w+) ?(\S*) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_parts(text: str) -> str:
    """Return the text of a page with its generated parts made anew."""
    return PART.sub(lambda part: f"{part[1]}\n{KINDS[part[2]](part[3]).strip()}\n\n{part[4]}", text)


def study_table(name: str) -> str:
    """Return the accuracies of a study's cells that come with umeta, as `umeta export` prints them."""
    study, home = load_study(name, "short"), _empty_home()
    cells = [cell for config in study.cells if (cell := finished_cell(study, config, home))]
    return as_table(cells, "markdown")


def beside_paper(argument: str) -> str:
    """Return the accuracies of the methods of a study that the paper has too, the paper's behind each, in %.

    `STUDY:ENCODER` leaves out what is of another encoder.
    """
    name, _, encoder = argument.partition(":")
    study, home = load_study(name, "short"), _empty_home()
    methods = every_contender(
        [cell for config in study.cells if (cell := finished_cell(study, config, home))]
    )
    here = {(method.name, method.setting): method.accuracy for method in methods}
    lines: dict[str, dict[str, str]] = {}
    shown = [method for method in methods if not encoder or method.method.encoder in (None, encoder)]
    for method, setting, paper in paper_references(shown):
        lines.setdefault(method, {})[str(setting)] = f"{100 * here[method, setting]:.1f} ({100 * paper:.1f})"
    return _pivot("accuracy in %, in brackets the paper's", lines)


def study_claims(name: str) -> str:
    """Return by how many points those cells say that A beats B, a line for each claim of the study."""
    study = load_study(name, "short")
    points: dict[str, dict[str, str]] = {}
    for finding in findings(study, _empty_home()):
        points.setdefault(finding.claim, {})[str(finding.setting)] = _with_interval(finding.difference)
    return _pivot("claim", points)


def paper_table(dataset: str) -> str:
    """Return the paper's figures for a data set in %, a line for each method."""
    figures: dict[str, dict[str, str]] = {}
    for row in paper_rows():
        if row.dataset == dataset and row.source == "slides":
            method = " · ".join(filter(None, (row.method.name, row.method.encoder)))
            interval = "" if row.ci95 is None else f" ± {100 * row.ci95:.2f}"
            setting = f"{row.n_way}-way {row.n_shot}-shot"
            figures.setdefault(method, {})[setting] = f"{100 * row.accuracy:.2f}{interval}"
    return _pivot("method", figures)


def switches_table(name: str) -> str:
    """Return what each switch does to the first cell of a study, a line for each, and which cells are missing."""
    study, home = load_study(name, "short"), _empty_home()
    cells = [finished_cell(study, config, home) for config in study.cells]
    finished = [cell for cell in cells if cell is not None]
    missing = f"{len(cells) - len(finished)} of {len(cells)} cells are not made yet: `umeta study {name}`."
    if cells[0] is None:
        return missing
    ours, switches = switches_of(finished)
    lines = {
        f"`{switch.name}`": {
            "ours": f"`{switch.instead_of}`",
            "accuracy in %": f"{100 * switch.accuracy:.1f}",
            "change, in points": f"{100 * switch.change:+.1f} ± {100 * switch.ci95:.1f}",
        }
        for switch in switches
    }
    head = f"instead of ours, {ours.method.name_with_mode} with {100 * ours.accuracy:.1f} %"
    return _pivot(head, lines) + ("" if len(finished) == len(cells) else f"\n\n{missing}")


def code(file: str) -> str:
    """Return a file as a block of code."""
    return f"```{Path(file).suffix[1:].replace('py', 'python')}\n{(ROOT / file).read_text().strip()}\n```"


def plane_answers(name: str) -> str:
    """Return what the points of a study of the task plane say goes with the gain, a line for each set of points."""
    plane = load_plane()
    points, n_settings = plane.of(name), plane.n_settings[name]
    lines = [f"- {sentence(found).replace('-', '−')}" for found in associations(points)]
    made = f"{len(points)} of {n_settings} constructions are made."
    return "\n".join([made, *(["", *lines] if lines else [])])


KINDS: Mapping[str, Callable[[str], str]] = {
    "table": study_table,
    "claims": study_claims,
    "beside": beside_paper,
    "paper": paper_table,
    "switches": switches_table,
    "links": lambda _: as_markdown(),
    "growth": lambda _: growth.table(),
    "plane": plane_answers,
    "code": code,
}


def _with_interval(difference: Difference) -> str:
    sure = difference.interval
    if sure is None:
        return f"{100 * difference.mean:+.1f}"
    low, high = 100 * (sure.mean - sure.ci95), 100 * (sure.mean + sure.ci95)
    return f"{100 * sure.mean:+.1f} [{low:.1f}, {high:.1f}]"


def _pivot(head: str, lines: Mapping[str, Mapping[str, str]]) -> str:
    """Return a Markdown table with a column for each key of the lines."""
    columns = list(dict.fromkeys(column for line in lines.values() for column in line))
    rows = [[head, *columns], ["---", *["---:"] * len(columns)]]
    rows += [[name, *(line.get(column, "–") for column in columns)] for name, line in lines.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _empty_home() -> Home:
    """Return a home in which nothing was computed, so that only cells that come with umeta are found."""
    root = Path(tempfile.gettempdir()) / "umeta-docs-nothing-here"
    return Home(root, (root / "data",))


def main() -> int:
    """Write the files whose generated parts have changed, or with `--check` name them and fail."""
    texts = {page: with_parts(page.read_text()) for page in PAGES} | {LIST: list_text()}
    changed = {page: text for page, text in texts.items() if not page.exists() or text != page.read_text()}
    for page, text in changed.items():
        sys.stdout.write(f"{page.relative_to(ROOT)} has changed\n")
        if "--check" not in sys.argv:
            page.write_text(text)
    return 1 if changed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
