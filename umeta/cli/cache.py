"""`umeta cache`: what the home holds by kind, its quota, and removing what nothing needs."""

from collections import defaultdict
from typing import Annotated

import typer
from rich.table import Table

from umeta.cache import Home
from umeta.cli.printing import AsJson, err, out, print_json
from umeta.disk_use import quota_of, set_quota, size_text, use_by_kind
from umeta.wording import counted

app = typer.Typer(add_completion=False, invoke_without_command=True)
UNUSED_DAYS = 7.0


@app.callback()
def cache(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what the home holds by kind, and its quota; `prune` removes what nothing needs."""
    if context.invoked_subcommand is not None:
        return
    home = Home.from_environment()
    used, quota = use_by_kind(home), quota_of(home)
    if as_json:
        print_json({"home": str(home.root), "bytes": used, "total": sum(used.values()), "quota": quota})
        return
    table = Table(title=str(home.root))
    table.add_column("kind")
    table.add_column("size", justify="right")
    for title, size in used.items():
        table.add_row(title, size_text(size))
    table.add_row("in all", size_text(sum(used.values())), style="bold")
    table.add_row("quota", "none" if quota is None else size_text(quota))
    out.print(table)


@app.command()
def quota(
    size: Annotated[str, typer.Argument(help="As 20GB or 500MB. UMETA_QUOTA comes before it.")],
) -> None:
    """Set the quota of the home, for all who use it: above it no run starts."""
    home = Home.from_environment()
    err.print(f"{home.root}: {size_text(set_quota(home, size))}", highlight=False, soft_wrap=True)


@app.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    unused_days: Annotated[
        float, typer.Option(min=0, help="Days for which nobody has used what nothing refers to.")
    ] = UNUSED_DAYS,
    as_json: AsJson = False,
) -> None:
    """Remove what no run or study needs, what killed processes left, and runs that were deleted long ago."""
    from umeta.upkeep import pruning

    home = Home.from_environment()
    plan = (pruning.plan_pruning if dry_run else pruning.prune)(home, unused_days=unused_days)
    for note in plan.notes:
        err.print(note, style="yellow", highlight=False, markup=False, soft_wrap=True)
    if as_json:
        rows = [
            {"path": str(one.path), "kind": one.kind, "reason": one.reason, "bytes": one.size}
            for one in plan.removable
        ]
        print_json({"removed": not dry_run, "bytes": plan.size, "what": rows})
        return
    by_kind = defaultdict[str, list[int]](list)
    for one in plan.removable:
        by_kind[one.kind].append(one.size)
        if dry_run:
            place = one.path.relative_to(home.root)
            err.print(f"{place}: {one.reason}", highlight=False, markup=False, soft_wrap=True)
    for kind, sizes in by_kind.items():
        out.print(f"{kind}: {len(sizes):,}, {size_text(sum(sizes))}", highlight=False, markup=False)
    verb = "would be" if dry_run else "are"
    out.print(
        f"{size_text(plan.size)} of {counted(len(plan.removable), 'place')} {verb} removed.",
        highlight=False,
        soft_wrap=True,
    )
