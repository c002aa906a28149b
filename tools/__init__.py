"""Small commands for those who change the code: ``python -m tools.<name>``."""
