"""What a person keeps from the catalogue: records, searches with alerts, and a comparison.

Stands on the catalogue and reads it through its queries; nothing of the catalogue knows of it but
the slots that it fills. Each of it is one person's own, seen by nobody else, and goes with the
account; so none of it leaves a row in the audit trail, which is for what is done to records and
for organisations. Storing records of the catalogue belongs to ``catalogue.saving``.
"""
