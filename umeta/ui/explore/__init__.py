"""The Explore page: the embedding map, the images behind a selection, and nearest neighbours."""
