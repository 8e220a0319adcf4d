"""Benchmarks: one module per set, run as ``python -m benchmarks.<set> [--data DIR]``.

Each prints a line per case, then one last line ``name=value …``, and exits 1 when a bound is missed.
"""
