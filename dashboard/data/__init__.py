"""The page of data: can I have it, can I trust it?"""
