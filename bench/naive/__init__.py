"""A server as one writes it in an afternoon, one transaction a request: what ours is held against.

It has the same MongoDB, the same durability, the same tokens and the same uvicorn. It does less than ours: no limits,
no numbered seats, no expiry, no listeners, no figures, no chain of audit entries.
"""
