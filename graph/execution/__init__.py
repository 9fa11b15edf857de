"""Running an operation: parsing and checking documents, limits, and how errors are answered.

May import the schema. It knows no transport.
"""
