"""The Draw page: a character drawn by hand, and what three methods take it for."""
