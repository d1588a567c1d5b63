"""The panel of where a figure of the value page comes from: the api's codes and numbers in words.

panel.context(origin, zone, now, texts)    what the template writes
"""
