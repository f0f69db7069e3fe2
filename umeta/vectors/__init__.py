"""k-means, exact neighbours and principal components of embeddings; used by encoders, projections and partitions."""

from umeta.vectors.kmeans import kmeans
from umeta.vectors.neighbours import nearest_neighbours
from umeta.vectors.principal import principal_components

__all__ = ["kmeans", "nearest_neighbours", "principal_components"]
