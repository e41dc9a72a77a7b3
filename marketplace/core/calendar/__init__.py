"""China's working days: which days are worked, and where a limit of so many of them ends.

Each autumn the General Office of the State Council announces the holidays of the next year and
the weekends that are worked for them. ``days`` counts, ``announced`` holds the years that came
with the program, ``models`` those that staff loaded, ``lists`` reads what they load. How long a
limit is, and for what, belongs to the domains.
"""
