"""What the measured values say: one function a question, values in, codes and numbers out; no I/O and no sentences.

water.assess(samples, permit, now, zone)   laboratory values against the limits of water that are in force
"""
