"""The database as files of rows."""
