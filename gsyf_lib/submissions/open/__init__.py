"""Is this file safe to open? Paths and bytes come in, plain columns of plain values go out.

guard and attached look at the bytes before any parser does; isolation has workbooks parsed by
worker, in a child process with limits.
"""
