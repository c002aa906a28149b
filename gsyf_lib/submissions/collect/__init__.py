"""What senders get: blank workbooks to fill in, and their own back with its faults marked."""
