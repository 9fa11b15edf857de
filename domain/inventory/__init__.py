"""The heart: who holds which seat. `api` is what the outside calls; the rest does it."""
