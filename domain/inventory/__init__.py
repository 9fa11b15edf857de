"""Who holds which seat: the commands, the state they change, and the rules. Pure: it knows no I/O.

May import documents (as plain values), errors, texts and process; nothing that reads, writes, waits or logs.
"""
