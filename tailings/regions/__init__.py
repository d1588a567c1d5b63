"""Regions of an operator: polygons with a code (NUTS, say), and in which of them a place lies.

boundaries    a GeoJSON file of polygons as values, checked, and as the file that the api reads
polygons      the code of each place, by the edges that a ray to the east crosses
"""
