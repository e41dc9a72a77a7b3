"""How holders put records in: drafts, review, versions, whole spreadsheets.

What is public belongs to ``catalogue``; a posting is what people are still working on, or the
review of it. Nothing of a posting is in the search index.
"""
