"""Pages that open from disk: maps and tasks in a folder, drawn by the app's own scripts, without server or network."""
