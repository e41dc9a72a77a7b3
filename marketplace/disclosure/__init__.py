"""Further parts of a record that not everybody reads: by verified organisation, terms, or name.

A part's text leaves this package only on its own page, after it was opened there. No index,
list, export, notice, letter or log holds it.
"""
