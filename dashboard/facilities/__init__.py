"""The page of all facilities: where must I look?"""
