"""Does everything stored agree? Checks and repairs of inventories, money, figures and audit chains.

May import sale and everything below: it reads what all of them store.
"""
