"""k-means, nearest neighbours and principal components of embeddings; used by encoders, projections and partitions."""

from umeta.vectors.kmeans import kmeans
from umeta.vectors.neighbours import nearest_neighbours, nearly_nearest_neighbours
from umeta.vectors.principal import principal_components

__all__ = ["kmeans", "nearest_neighbours", "nearly_nearest_neighbours", "principal_components"]
