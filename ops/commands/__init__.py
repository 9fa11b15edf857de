"""The commands: a function each, by what they are for. `ops/cli.py` makes the command line of them."""
