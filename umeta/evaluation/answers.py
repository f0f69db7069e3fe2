"""What a classifier answers to one task."""

import numpy as np
import torch
from jaxtyping import Int, Shaped

from umeta.tasks import FewShotClassifier


def task_answers(
    classifier: FewShotClassifier,
    support: Shaped[np.ndarray, "n_way n_shot ..."],
    query: Shaped[np.ndarray, "n_way n_query ..."],
    *,
    device: torch.device,
) -> Int[np.ndarray, "n_way n_query"]:
    """Return the row of the support that a classifier puts each query in; items are images or embeddings."""
    support_features, query_features = (
        classifier.embed(torch.from_numpy(np.array(items)).to(device).flatten(0, 1))
        for items in (support, query)
    )
    rows_of_features = support_features.unflatten(0, support.shape[:2])
    scores = classifier.scores(rows_of_features[None], query_features[None])
    return scores[0].argmax(dim=1).cpu().numpy().reshape(query.shape[:2])
