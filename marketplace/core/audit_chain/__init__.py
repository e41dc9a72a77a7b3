"""The audit trail under seal: a chain of hashes over batches of its rows, and how it is checked.

``models`` holds the two tables, ``canonical`` what is hashed, ``settling`` the question up to which
row nothing can appear any more, ``sealing`` the task, ``verifying`` the check, ``commands`` the
command line. What an audit row says belongs to :mod:`marketplace.core.audit`; who may read it, to
neither.
"""
