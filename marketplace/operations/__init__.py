"""What looks after a running market: its condition, its figures, and who may see them."""
