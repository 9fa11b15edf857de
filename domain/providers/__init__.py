"""Payment providers behind one port: `port.py` says what one must do, the others do it.

May import documents, errors and process. It knows no booking: a provider is asked about attempts and refunds.
"""
