"""Measurements, run by hand: `make bench`. Ratios within one run mean something; figures of two machines don't."""
