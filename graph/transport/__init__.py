"""What travels: HTTP, WebSockets, event streams, health, metrics, webhooks, the IDE and the simulated bank's page.

May import subscriptions, execution and the schema.
"""
