"""k-means and exact nearest neighbours over embeddings, by faiss; used by encoders, projections and partitions."""

from umeta.vectors.kmeans import kmeans
from umeta.vectors.neighbours import nearest_neighbours

__all__ = ["kmeans", "nearest_neighbours"]
