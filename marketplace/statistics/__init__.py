"""What is published of the contracts: figures, goals, tables, editions that never change."""
