"""Technology contracts: registration, the ledger of what counts, and what is checked before.

What a contract says stands in ``terms``; figures over many contracts belong to ``statistics``.
"""
