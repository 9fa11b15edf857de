"""What others are told: written with what it tells of, delivered at least once and in order per booking.

May import services and what lies below them.
"""
