"""The path of a file somebody sent comes in; columns of plain values, or why not, go out.

guard inspects the bytes before any parser sees them. isolation starts worker, a child process with
limits on memory and time, which alone parses workbooks. attached says why a file with another
ending is not read.
"""
