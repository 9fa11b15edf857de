"""What one visitor can do to a server, without signing in: bounded attacks on loopback, and what they cost.

`python -m tests.attacks` runs each against a server of its own and prints a table. `--tree PATH` measures the server of
another checkout. The same attacks, shorter, are the test beside this.
"""
