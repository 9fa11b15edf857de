"""Who holds which seat: the commands, the state they change, and the rules. Pure: it knows no I/O."""
