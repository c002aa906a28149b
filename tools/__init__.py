"""What is used on the code itself, and not shipped."""
