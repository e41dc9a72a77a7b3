"""What every domain stands on: actor, policy, states, audit, outbox, files, tables.

Nothing here knows a record of any domain.
"""
