"""What the service works on, what it works by, and who changed that."""
