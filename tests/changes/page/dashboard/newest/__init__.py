"""The page of the newest readings: what came last, and when?"""
