"""The value page: is it worth it, how sure, what is missing, and what does the dam allow today?

The door: `page.context` sets the api's answer out for the template.
"""
