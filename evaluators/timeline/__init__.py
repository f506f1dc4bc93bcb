"""A session laid out in time: messages, turns, order states, who was on duty."""
