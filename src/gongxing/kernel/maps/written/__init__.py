"""Formats that need more than the library: Shapefile in a ZIP with its names told, DXF in a Chinese code page, corners as a table."""
