"""A module whose import does not end."""

import ctypes

if __name__ == "stuck_while_imported":
    ctypes.CDLL(None).sleep(600)
