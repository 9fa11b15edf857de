"""Who holds which seat: the commands, the state they change, and the rules. Pure: it knows no I/O.

May import documents (as plain values), errors and texts; nothing that reads, writes, waits or logs. The documents can
read themselves (`Stored.by_ids`), and nothing here asks them to: rules have no `await`.
"""
