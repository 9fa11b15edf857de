"""The live feed: what the writer publishes after a commit, and in each process a hub that follows watched events.

May import inventory, documents and process.
"""
