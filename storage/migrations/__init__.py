"""The history of the schema, run by `storage.db.migrate`: a new step is `versions/NNNN_title.py`."""
