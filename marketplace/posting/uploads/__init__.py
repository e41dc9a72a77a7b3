"""Whole spreadsheets on the web: received, checked, previewed, submitted, taken back.

Reading, submitting and taking back happen in the worker, a slice of some seconds at a time, each
batch of rows in one transaction together with the place reached. What a file and a row may be
belongs to ``core.tables`` and ``catalogue.inputs``.
"""
