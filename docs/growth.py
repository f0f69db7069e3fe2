"""How time and memory grow, from what `umeta bench growth --record docs/growth.json` measured: a table and charts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from tests.benchmarks.growth import growths
from umeta.figures.growth import growth_chart

RECORD = Path(__file__).parent / "growth.json"


def cases() -> list[Mapping[str, Any]]:
    """Return what was measured of each work."""
    return json.loads(RECORD.read_text("utf-8"))["cases"]


def table() -> str:
    """Return a line for each work: its smallest and its largest size, and what they took."""
    lines = [
        "| work | of | processor seconds | exponent | own memory, GB | with mapped files |",
        "| --- | --- | --- | ---: | ---: | ---: |",
    ]
    for case in cases():
        points = growths(case)
        ends = [f"{one.size:,}: {_rounded(one.cpu_seconds)}" for one in (points[0], points[-1])]
        ends += [f"{one['size']:,}: {one['skipped']}" for one in case["points"] if "skipped" in one]
        own, peak = max(one.own_mb for one in points), max(one.peak_mb for one in points)
        figures = f"{case['exponent']:.2f} | {own / 1000:.1f} | {peak / 1000:.1f}"
        lines.append(f"| {case['name']} | {case['of']} | {' · '.join(ends)} | {figures} |")
    return "\n".join(lines)


def _rounded(seconds: float) -> str:
    """Return seconds with two digits that count."""
    return f"{float(f'{seconds:.2g}'):g}"


def charts() -> list[go.Figure]:
    """Return the chart of the works on items, and that of tasks a step."""
    works: dict[str, dict[str, list]] = {}
    for case in cases():
        works.setdefault(case["of"], {})[case["name"]] = growths(case)
    return [growth_chart(measured, of).figure for of, measured in works.items()]
