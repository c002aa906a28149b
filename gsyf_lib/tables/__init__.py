"""Frames or the judged plan come in; the tables that officials read, and sentences on them, go out.

A module is one subject. What has no figure has a word instead.
"""
