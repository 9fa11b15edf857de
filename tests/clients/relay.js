// What Relay's compiler has made relayEventQuery.graphql.js and relaySeatsSubscription.graphql.js of. It is 118 MB, so the
// tests take what it made. To make them anew, in this directory:
//   echo '{"src": ".", "schema": "../../schema.graphql", "language": "javascript", "eagerEsModules": true}' > relay.json
//   npx relay-compiler@21.0.1 relay.json; rm relay.json; mv __generated__/* .; rmdir __generated__

graphql`
  query relayEventQuery($event: ID!) {
    event(id: $event) { name availableSeats sections { availableSeats } }
  }
`;

graphql`
  subscription relaySeatsSubscription($event: ID!) {
    seatAvailability(eventId: $event) {
      event { version name availableSeats sections { availableSeats } }
    }
  }
`;
