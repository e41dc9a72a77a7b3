"""Demands: their course, who sees them, under which name, and how they begin and end."""
