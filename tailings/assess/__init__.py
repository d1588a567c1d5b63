"""Assessment: what stored readings mean for a facility. Values in; codes and numbers out; no English, no SQL.

accuracy     how well a kind of instrument measures, by source
bounds       the interval in which the true value of a reading lies
"""
