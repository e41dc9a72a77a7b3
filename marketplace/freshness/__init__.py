"""Whether a listing still stands: its holder is asked, and silence lowers and then hides it.

What a listing is, and the mark that shows the day of its confirmation, belong to the catalogue.
"""
