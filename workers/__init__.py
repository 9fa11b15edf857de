"""The background worker: arq's clock, each job one call into domain. May import domain."""
