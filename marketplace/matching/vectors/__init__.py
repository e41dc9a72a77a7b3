"""Vectors of records: kept in the database, encoded in the background, searched in each process.

What is done with what they find belongs to the matching beside.
"""
