"""Full-text search over declared documents: text, queries, engines, pages of hits.

This package knows nothing of the market. What is searched is declared with `search.documents`;
labels are opaque objects that come in with the declaration and go out with the answers.
"""
