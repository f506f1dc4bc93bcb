"""The alert inbox: what somebody is to be told, and what to do with it."""
