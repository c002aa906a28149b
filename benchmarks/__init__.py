"""Benchmarks: what is promised about speed, measured on this machine."""
