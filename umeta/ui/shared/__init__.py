"""What several pages draw with: the embedding map, grids of images, charts, tables, the reveal of true classes."""
