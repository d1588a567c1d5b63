"""The page of nodes, of one facility or of all: who is silent, why, what to bring?"""
