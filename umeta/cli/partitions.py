"""`umeta partitions`: what clusters an embedding falls into, without training a learner on them."""

import math
from typing import Any

from umeta.cache import Home
from umeta.cli.configs import Words, config_of
from umeta.cli.printing import AsJson, err, out, print_json, print_rows, shown_progress
from umeta.data import Dataset
from umeta.partitions import Partition

SIZES = ("smallest", "median", "largest")


def partitions(words: Words = None, as_json: AsJson = False) -> None:
    """Cluster, and show sizes, clusters that tasks can use, purity where classes are known, and what is followed.

    The words are those of `umeta run`; an encoder that is not trained yet is trained, no learner is.
    """
    import torch  # these take seconds, which the list of commands must not wait for

    from umeta.runs import products
    from umeta.runs.pipeline import prepare

    home = Home.from_environment()
    with shown_progress() as on_step:
        config, dataset = prepare(config_of(words), home, on_step=on_step)
        device = torch.device(config.device)
        embedding = products.embed(dataset, config.encoder, home, device=device, on_step=on_step)
        made = products.partition(dataset, embedding, config.partition, home, on_step=on_step)
    needed = config.task.items_per_class
    rows = [_row(number, partition, dataset, needed) for number, partition in enumerate(made)]
    following = _followed(made[0], dataset)
    if as_json:
        sections = config.model_dump(mode="json", include={"dataset", "encoder", "partition", "task"})
        print_json({"config": sections, "partitions": rows, "follows": following})
        return
    columns = ("number", "clusters", "usable", *SIZES, "in_none", "purity")
    print_rows(rows, as_json=False, columns=columns)
    out.print(
        f"usable: with the {needed} images (n_shot + n_query) that a task needs of a cluster. in_none: images in no "
        "cluster. purity: share of images of their cluster's commonest true class, not seen in training.",
        highlight=False,
    )
    if following:
        print_rows(following, as_json=False, columns=("attribute", "lift", "information"))
        out.print(
            "lift of partition 0: how many times as often as chance two images of a cluster share the attribute.",
            highlight=False,
        )
    else:
        err.print("No attribute of these images is known, so none can be followed.")


def _row(number: int, partition: Partition, dataset: Dataset, needed: int) -> dict[str, Any]:
    from umeta.partitions.report import report

    judged = report(partition, dataset.items("meta_train"), dataset.classes.values)
    sizes = sorted(judged.sizes.tolist())
    agreement = judged.agreement
    return {
        "number": number,
        "clusters": len(sizes),
        "usable": judged.usable(needed),
        **dict(zip(SIZES, (sizes[0], sizes[len(sizes) // 2], sizes[-1]), strict=True)),
        "in_none": judged.n_dropped_items,
        "purity": None if agreement is None else round(agreement.purity, 4),
    }


def _followed(partition: Partition, dataset: Dataset) -> list[dict[str, Any]]:
    """Return how far a partition follows the true classes and each attribute, the most followed first."""
    from umeta.partitions.following import follow

    values = {name: attribute.values for name, attribute in dataset.attributes.items()}
    following = follow(partition.clusters, {"class": dataset.classes.values, **values})
    rows = [
        {"attribute": name, "lift": round(attribute.lift, 3), "information": round(attribute.information, 4)}
        for name, attribute in following.items()
        if not math.isnan(attribute.lift)
    ]
    return sorted(rows, key=lambda row: -row["lift"])
