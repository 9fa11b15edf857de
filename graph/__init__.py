"""The API: GraphQL over HTTP, WebSocket and event streams. May import domain; its own rooms depend one way."""
