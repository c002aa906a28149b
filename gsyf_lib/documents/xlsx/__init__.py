"""An .xlsx as Excel finds its way through it: what was looked at is packed anew for the parser.

The reading child uses it before it parses (``submissions/worker``), within its limits of memory
and time. So it imports nothing but the standard library.
"""
