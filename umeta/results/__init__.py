"""Results: finished runs read again, compared on the same test tasks, with their cost, and exported."""
