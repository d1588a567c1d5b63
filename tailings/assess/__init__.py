"""What the values of a facility mean: values in, codes and numbers out; no words for people, no database.

freshness   how old a reading may be
"""
