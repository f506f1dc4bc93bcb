"""One module per command. What a command imports, only that command pays for."""
