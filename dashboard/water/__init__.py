"""The water page: do we meet the permit, is it acidifying?"""
