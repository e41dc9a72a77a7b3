"""Statistics of technology contracts: growth, goals, forecasts, and what may be published.

A contract and its ledger belong to ``contracts``; here figures over many of them are made.
"""
