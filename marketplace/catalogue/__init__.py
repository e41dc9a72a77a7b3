"""The catalogue: organisations as holders, funded projects, results and patents."""
