"""The audit log: its chains, its file, and reading, checking and forgetting it. Entries arise where things happen.

May import documents, errors and process.
"""
