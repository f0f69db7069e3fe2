"""`umeta plane`: measure the constructions of the plane's studies; write its points and its embeddings' maps."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.printing import err, shown_progress
from umeta.stage import UserError


def plane(
    to: Annotated[Path | None, typer.Option(help="The file to write; umeta's own if none is given.")] = None,
) -> None:
    """Measure the tasks of the studies `plane` and `plane_grocery`, and write the points of the task plane.

    Cells that are not finished are left out; `umeta study plane` makes them. What was measured before is kept. The
    maps of the embeddings, to see the tasks on, are written beside the points.
    """
    from umeta.plane import embedding_maps
    from umeta.plane.measuring import points_of, settings_of
    from umeta.plane.points import FILE, STUDIES, Plane, load_plane, save_plane
    from umeta.studies.study import load_study

    home, file, known = Home.from_environment(), to or FILE, ()
    with suppress(UserError):  # a file that is damaged, or not there, is made anew
        known = load_plane(file).points
    maps_file = file.with_name(embedding_maps.FILE.name)
    known_maps, maps = {}, {}
    with suppress(UserError):
        known_maps = embedding_maps.load_maps(maps_file)
    points, n_settings = [], {}
    with shown_progress() as on_step:
        for name in STUDIES:
            study = load_study(name)
            n_settings[name] = len(settings_of(study))
            points += points_of(study, home, known=known, on_step=on_step)
            save_plane(Plane((*points, *(p for p in known if p.study not in n_settings)), n_settings), file)
        for name, made in embedding_maps.make_maps(points, home, known=known_maps, on_step=on_step):
            maps[name] = made
            embedding_maps.save_maps(known_maps | maps, maps_file)
        embedding_maps.save_maps(maps, maps_file)
    err.print(f"{len(points)} of {sum(n_settings.values())} points are in {file}.", soft_wrap=True)
