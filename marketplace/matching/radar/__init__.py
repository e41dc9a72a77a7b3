"""Searches that found nothing, told in groups of five organisations up.

Who searched is kept for counting and never told. What is told changes with the months alone, so
that no two looks at it can be subtracted (docs/decisions/0015-radar.md).
"""
