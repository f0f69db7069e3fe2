"""The Tasks page: one task, a task to guess, tasks of several sources, tasks in an order, a thousand tasks judged."""
