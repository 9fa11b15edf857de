"""The use cases of buying, and of events: check the input, issue a command to the writer, finish what it decided.

Expiry and what is left of a cancelled event are here, too. May import payments and everything below.
"""
