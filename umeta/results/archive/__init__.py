"""Finished runs, or those of a study, as one zip that another machine takes over: written here, read there, checked.

manifest.json            schema version, and the bytes and the checksum of each other file
study.yaml               the file of the study, where it is a person's own
runs/RUN_ID/…            config.json, launch.json, events.jsonl, result.json, correct.safetensors, test_tasks/…

What a run has trained is no part of it, so that nothing of another machine's gets into the cache.
"""
