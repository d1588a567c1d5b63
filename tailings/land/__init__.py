"""Land use around a facility: layers that an operator or a region loads, and what they have nearby and downstream.

    layer_file      GeoJSON or GeoPackage as shapes; a file with one fault is refused whole
    distance        the shortest way from a facility, or its outline, to a shape
    overlap         the area that two shapes share
    surroundings    the nearest shapes, who lives within a distance, and how far around a layer is whole
    reach           how many people an inundation area reaches
    picture         what of a shape is seen in a picture around the facility
    downstream      the way of the water along lines that run downstream

Degrees are WGS 84; ways and areas are of its ellipsoid. Pure: nothing here opens a file or asks a database.
"""
