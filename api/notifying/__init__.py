"""Alerts told outside the service: chat groups and addresses that leads have set up.

`wording`: what a message says. `channels`: how each kind of receiver wants it. `sending`: out, and what came back.
`telling`: the loop.
"""
