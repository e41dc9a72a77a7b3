"""Technology demands: who may see and end them, how they begin with a search, when they expire.

How a demand is written, reviewed and changed belongs to ``posting``; how it is read, stored,
searched and shown, to ``catalogue``, where the table of its states stands beside the others.
"""
