"""The session desk: the QC lead's list of sessions, and each session as it was and as it was judged."""
