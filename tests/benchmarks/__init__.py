"""`make bench`: how fast the search, the indexing and the search page are, and beside what.

What counts as fast enough stands in `report`; that the answers are right is the tests' affair.
"""
