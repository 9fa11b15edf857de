"""The pages that the API serves: their sources, and what keeps graph/static in step with them."""
