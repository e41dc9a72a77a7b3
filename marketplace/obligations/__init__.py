"""The duty that comes with public money: reports, deposit of results, and their conversion.

Belongs here: what a funded project owes and until when, science reports, the one-year clock of a
result, the yearly report of a unit. Projects and results themselves belong to ``catalogue``.
"""
