"""How far the engines agree on real records and real questions; run by hand, see docs/search.md."""
