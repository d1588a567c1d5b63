"""Tables of others by a map: headings found, marks of numbers decided once a file, places in any reference system.

What a laboratory's table and an authority's register share; `tailings.laboratory` and `tailings.register` say what the
columns are.
"""
