"""What the bundle is made of: the configs of its runs, its projection, and how many tasks are shown."""

from umeta.tasks import TaskConfig

KEYS = (
    "dataset=glyphs",
    "dataset.n_alphabets=12",
    "dataset.n_classes=180",  # 3,600 drawings: their sprite is most of the bundle
    "dataset.split_seed=1",  # the options were chosen on split seed 0
    "encoder=simclr",
    "encoder.steps=600",
    "partition=kmeans",
    "partition.n_clusters=150",  # about 17 drawings each
    "partition.n_partitions=10",
    "learner=protonets",
    "task.n_way=10",
    "task.n_query=5",
    "oracle=true",
    "test.n_way=5",
    "test.n_tasks=1000",
    "seed=0",
)
PLAIN_KEYS = tuple(
    {"encoder=simclr": "encoder=pca", "oracle=true": "oracle=false"}.get(key, key)
    for key in KEYS
    if not key.startswith("encoder.")
)
"""The same from the pixels as they are; what the oracle practises on does not depend on the encoder."""
MAML_KEYS = (
    *({"learner=protonets": "learner=maml", "oracle=true": "oracle=false"}.get(key, key) for key in KEYS),
    "learner.iterations=2000",
    "baselines=",
)
"""MAML on the same practice tasks; its weights are kept, so that its gradient steps can be watched."""
PROJECTION = "tsne"  # fills the plane evenly, where UMAP leaves most of it to a few far islands
N_TASKS = 24
PRACTICE = TaskConfig(n_way=5, n_shot=1, n_query=5)
LEARNER, BASELINE, ORACLE = "CACTUs-ProtoNets", "nearest-neighbour", "oracle-ProtoNets"
