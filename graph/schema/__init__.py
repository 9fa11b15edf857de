"""The schema: queries, mutations (one a file), subscriptions, types, scalars, and what resolvers can reach.

May import domain only. Every resolver decides who may see what it answers.
"""
