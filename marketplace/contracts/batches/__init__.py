"""Batches of contracts: brought in one file, looked at and released by a second person, undone."""
