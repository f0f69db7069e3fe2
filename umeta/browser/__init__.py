"""What browsers draw: the embedding map, grids of images, the board of *guess it*, and pages that need no server.

The scripts and styles of these stand here once. The app mounts them on its pages, the widgets in notebooks, and
`standalone` in folders that open from disk.
"""
