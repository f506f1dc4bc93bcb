"""Who outside the service is told of alerts.

`routes`: which alerts go where. `deliveries`: what is to be sent, what was, and what could not be.
"""
