"""The instruments pages: which device, which calibration, since when?"""
