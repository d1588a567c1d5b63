"""Is a dam safe, what is due, how much margin is left? With the lines that its readings follow."""
