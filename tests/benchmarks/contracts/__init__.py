"""How fast registers of contracts come in, figures are shown, and the ledger is built again."""
