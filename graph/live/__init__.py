"""Subscriptions on their way to clients: sources, executions that many listeners share, WebSocket and event streams."""
