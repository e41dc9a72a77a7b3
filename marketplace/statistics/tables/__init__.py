"""The tables that staff publish, T1 to T10: their rows, figures, files, and what opens them."""
