"""`umeta tasks`: training tasks as pictures, in a PNG or in a page of HTML."""

import base64
import html
import io
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from umeta.cache import Home
from umeta.cli.configs import Words, config_of
from umeta.cli.printing import err, shown_progress, write_file
from umeta.data import Dataset
from umeta.figures.task_sheet import stacked, task_sheet
from umeta.runs import RunConfig
from umeta.stage import UserError
from umeta.tasks import TaskBatch
from umeta.wording import counted

ENDINGS = (".png", ".html")
MAX_TASKS = 200


def tasks(
    words: Words = None,
    to: Annotated[Path, typer.Option(help="The file that they are drawn in, .png or .html.")] = Path(
        "tasks.png"
    ),
    n: Annotated[int, typer.Option("--n", min=1, max=MAX_TASKS, help="How many tasks.")] = 5,
) -> None:
    """Draw training tasks: a row for each class, support on the left, queries on the right.

    The words are those of `umeta run`; an encoder that is not trained yet is trained, no learner is.
    """
    if to.suffix.lower() not in ENDINGS:
        raise UserError(
            f"--to {to} ends in {to.suffix or 'nothing'}; give a file that ends in .png or .html."
        )
    home = Home.from_environment()
    config, dataset, batches = _drawn(config_of(words), home, n)
    sheets = [_sheet(dataset, batch) for batch in batches]
    if to.suffix.lower() == ".png":
        write_file(to, _png(stacked(sheets)))
    else:
        write_file(to, _page(config, sheets).encode())
    shape = config.task
    ways_text = f"{shape.min_way} to {shape.n_way}" if shape.min_way else f"{shape.n_way}"
    err.print(
        f"{counted(n, 'task')} of {ways_text} ways, {counted(shape.n_shot, 'shot')} and "
        f"{counted(shape.n_query, 'query')} of each {'is' if n == 1 else 'are'} drawn in {to}.",
        markup=False,
        soft_wrap=True,
        highlight=False,
    )


def _drawn(config: RunConfig, home: Home, n_tasks: int) -> tuple[RunConfig, Dataset, list[TaskBatch]]:
    """Return the fitted config, the data set, and tasks as training draws them."""
    import torch  # these take seconds, which the list of commands must not wait for

    from umeta.encoders import Embedding
    from umeta.partitions.oracle import Oracle
    from umeta.randomness import Stream, numpy_generator
    from umeta.runs import products
    from umeta.runs.pipeline import prepare
    from umeta.runs.task_source import task_source

    with shown_progress() as on_step:
        config, dataset = prepare(config, home, on_step=on_step)
        device = torch.device(config.device)

        @cache
        def embedding() -> Embedding:
            return products.embed(dataset, config.encoder, home, device=device, on_step=on_step)

        def clusters() -> list[np.ndarray]:
            made = products.partition(dataset, embedding(), config.partition, home, on_step=on_step)
            return [partition.clusters for partition in made]

        def partitions():  # of the oracle they may be thousands, made when they are drawn
            return dataset.truth("meta_train") if isinstance(config.partition, Oracle) else clusters()

        source = task_source(config, dataset, partitions, lambda: embedding().vectors)
        rng = numpy_generator(config.seed, Stream.SAMPLE)
        batch = source.sample(n_tasks, config.task, rng=rng)
        ways = config.task.draw_ways(n_tasks, rng)
        return (
            config,
            dataset,
            [batch[number : number + 1].of_way(way) for number, way in enumerate(ways)],
        )


def _sheet(dataset: Dataset, batch: TaskBatch) -> np.ndarray:
    images, views = dataset.images.images, batch.views
    if views is None:
        return task_sheet(images, batch.support[0], batch.query[0])
    import torch

    from umeta.tasks.views import with_views

    pixels = [torch.from_numpy(np.array(images[items])) for items in (batch.support, batch.query)]
    seen = torch.cat(with_views(pixels[0], pixels[1], views), dim=2)[0]  # (n_way, n_shot + n_query, ...)
    places = np.arange(seen.shape[0] * seen.shape[1]).reshape(seen.shape[:2])
    n_shot = batch.support.shape[2]
    return task_sheet(seen.flatten(0, 1).numpy(), places[:, :n_shot], places[:, n_shot:])


def _png(sheet: np.ndarray) -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(sheet).save(encoded, "PNG")
    return encoded.getvalue()


def _page(config: RunConfig, sheets: list[np.ndarray]) -> str:
    """Return a page of HTML that needs no other file."""
    made_of = " → ".join((config.dataset.name, config.encoder.name, config.partition.name))
    dials = getattr(config.source, "dials", "")
    made_of += f" ({dials})" if dials else ""
    pictures = "\n".join(
        f'<figure><img alt="Task {number}: a row for each class, support left, queries right" '
        f'src="data:image/png;base64,{base64.b64encode(_png(sheet)).decode()}">'
        f"<figcaption>Task {number}</figcaption></figure>"
        for number, sheet in enumerate(sheets, start=1)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Training tasks</title>'
        "<style>body{font-family:sans-serif;margin:2rem}figure{margin:0 0 2rem}img{max-width:100%}</style>"
        f"<h1>Training tasks</h1><p>{html.escape(made_of)}. A row is a class; support left, queries right.</p>"
        f"{pictures}</html>"
    )
