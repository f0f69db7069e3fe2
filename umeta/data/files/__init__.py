"""Readers of file formats: folders and zips, image files, IDX."""
