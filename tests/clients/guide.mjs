// The end of a program that the guide begins: it has made `client`, which is Apollo's or urql's. What that gives is told in
// lines of JSON: about a query, a refusal, and what is heard of a booking and of seats.
const { event, booking } = given;
const texts = {
  page: `query { viewer { email } users(first: 1) { totalCount } event(id: "${event}") { id availableSeats } }`,
  refusal: `mutation { lockSeats(input: {eventId: "${event}", selection: {quantity: {count: 999}}, idempotencyKey: "k"}) {
    ... on LockSeatsSuccess { lock { id } } ... on Error { code } } }`,
  booking: `subscription { bookingStatus(bookingId: "${booking}") { id status } }`,
  seats: `subscription { seatAvailability(eventId: "${event}") { event { id availableSeats } } }`,
};
const isUrql = "mutation" in client;
const document = (name) => (isUrql ? texts[name] : gql(texts[name]));
const told = (name) => (answer) => {
  const errors = answer.error?.errors ?? answer.error?.graphQLErrors ?? [];
  tell(name, { data: answer.data, codes: errors.map((each) => each.extensions.code) });
};
const tell = (about, what) => process.stdout.write(`${JSON.stringify({ about, ...what })}\n`);

const asked = (name) =>
  isUrql ? client.query(document(name), {}).toPromise() : client.query({ query: document(name) });
await asked("page").then(told("page"));
await (isUrql
  ? client.mutation(document("refusal"), {}).toPromise()
  : client.mutate({ mutation: document("refusal") })
).then(told("refusal"));
for (const name of ["booking", "seats"]) {
  const heard = isUrql ? client.subscription(document(name), {}) : client.subscribe({ query: document(name) });
  heard.subscribe(told(name));
}
process.stdin.on("end", () => process.exit()).resume();
