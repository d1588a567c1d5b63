"""The safety page: is it safe, what is due, how much margin?

The door: `page` makes what the template writes, `reads.gather` what it is made of.
"""
