"""`seatlock demo --crowd N`: simulated buyers who buy over the public API, at a natural pace, until they are stopped.

Each is a program over our own client. They share few connections and a pace, and take no part in a sale for real money.

`run` is the command; `gathering` the whole, `market` what they see on sale, `buyer` one of them, `choice` how one
chooses seats, `pace` how often they ask, `tally` what came of it.
"""
