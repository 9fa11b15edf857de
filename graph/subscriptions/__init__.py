"""Listeners: who is let in, what they share, and telling each the newest state.

May import execution and the schema. It knows no transport.
"""
