"""The page of a region: which site first, what is in it, how sure is that?"""
