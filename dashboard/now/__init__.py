"""The page of one facility now: does it report, what stands out, how do the chosen series run?"""
