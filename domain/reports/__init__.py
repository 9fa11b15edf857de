"""Reports on sales: figures that are kept as sales happen, and read instead of counting millions of documents.

May import services and what lies below them.
"""
