"""Gongxing 工兴: the software a Chinese county uses to run its industrial economy."""

__version__ = "0.1.0"
