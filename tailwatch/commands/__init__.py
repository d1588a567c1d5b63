"""The commands of `tailwatch` beside `up`: one file each, hooked into the command line by __main__."""
