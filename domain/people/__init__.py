"""Users: registering, signing in, roles, and who still is who their token says.

May import services (the types of the parts it is handed) and what lies below them; no other room beside it.
"""
