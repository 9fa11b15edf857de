"""What Seatlock does, without HTTP, GraphQL or a job queue. Its rooms depend one way: docs/architecture.md."""
