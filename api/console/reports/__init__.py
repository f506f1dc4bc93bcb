"""Reports for the lead: numbers with what they are out of, and the way to the chats behind them."""
