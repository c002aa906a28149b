"""Functions and arguments in, their answers and whole files out, even if something dies on the way.

Files that are never half written (``files``), one run at a time in a folder (``lock``), and child
processes that end with the one that started them. Nothing here knows of injuries.
"""
