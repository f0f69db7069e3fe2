"""t-SNE over exact neighbours, begun from PCA.

Reference: van der Maaten, Hinton, "Visualizing Data using t-SNE", JMLR 2008; begun and stepped as Kobak, Berens,
"The art of using t-SNE for single-cell transcriptomics", Nature Communications 2019.
"""

import numpy as np
from jaxtyping import Float32

from umeta.projections.pca import components
from umeta.stage import OnStep, Step, ignore_step
from umeta.vectors import nearest_neighbours

PERPLEXITY = 30.0
EXAGGERATION = 12.0
PART = 250
"""Iterations of one part, the fewest that scikit-learn runs: it tells nothing of its progress, and cannot be stopped,
but between parts it can."""
PARTS = 4


def layout(
    embeddings: Float32[np.ndarray, "n_items dim"], *, seed: int = 0, on_step: OnStep = ignore_step
) -> Float32[np.ndarray, "n_items 2"]:
    """Lay the items out: one part with early exaggeration, the others without."""
    from scipy.sparse import csr_array
    from sklearn.manifold import TSNE

    n_items, total = len(embeddings), PART * PARTS
    perplexity = min(PERPLEXITY, (n_items - 1) / 3)
    on_step(Step("projection", 0, total, note="finding neighbours"))
    count = min(n_items, int(3 * perplexity + 1) + 1)  # each item is its own nearest
    items, distances = nearest_neighbours(embeddings, embeddings, count)
    graph = csr_array(
        (distances.ravel(), items.ravel(), np.arange(0, items.size + 1, count)), (n_items, n_items)
    )
    positions = components(embeddings, 2)
    positions *= 1e-4 / max(float(positions[:, 0].std()), 1e-12)
    rate = max(n_items / EXAGGERATION / 4, 50.0)  # what scikit-learn chooses
    for part in range(PARTS):
        on_step(Step("projection", part * PART, total, note="laying out"))
        early = part == 0
        positions = TSNE(
            perplexity=perplexity,
            metric="precomputed",
            init=positions,  # pyright: ignore[reportArgumentType]  its stub knows only the default
            early_exaggeration=EXAGGERATION if early else 1.0,
            # after the first part with the step that scikit-learn's greater momentum, 0.8 for 0.5, would give
            learning_rate=rate if early else 2.5 * rate,  # pyright: ignore[reportArgumentType]  likewise
            max_iter=PART,
            random_state=seed % 2**32,
        ).fit_transform(graph)
    on_step(Step("projection", total, total, note="laying out"))
    return np.asarray(positions, np.float32)
