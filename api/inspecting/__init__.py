"""Sessions inspected under a standard: from files, stored, live, or as a trial."""
