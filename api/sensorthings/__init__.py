"""OGC SensorThings API 1.1 (18-088), read: the entities of its data model, by `$filter`, `$expand` and other options.

address    the path: entity sets, ids, navigations, properties, $value, $ref
options    the query, by the grammar of options.lark, into the values of syntax
entities   each entity set as data: its SQL source, its properties, its navigations (their kinds in model)
filters    a condition as SQL with parameters; functions and geometries are its words
statements one bounded statement for the rows of a level, one for their number
pages      runs them, a level of $expand after the other, and makes the documents
routes     the address; only SQL of entities, filters and functions gets into a statement, what a caller sent never
"""
