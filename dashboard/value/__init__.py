"""The value page: is it worth it, how sure, what is missing, and what does the dam allow today?

The door: `reads.gather` reads what the page is made of, `page.context` makes what the template writes.
"""
