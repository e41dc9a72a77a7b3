"""Comparing each month with the export of the national system, contract by contract."""
