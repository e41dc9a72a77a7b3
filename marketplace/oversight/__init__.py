"""Looking at who did what: the audit trail for those who answer for it."""
