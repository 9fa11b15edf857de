"""The one way to change an inventory: batches of commands, each decided in memory and written in one transaction.

May import inventory and audit. What a commit is to be told to is handed in by whoever builds a writer.
"""
