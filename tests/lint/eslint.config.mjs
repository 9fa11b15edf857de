// graphql-eslint's recommended and Relay sets for schema.graphql. Each exception says why.
import plugin from "@graphql-eslint/eslint-plugin";

const HAVE_NO_ID = [
  // The caller and the input make a refusal: nobody asks for it again.
  "AmountMismatch", "BadCredentials", "BookingExpired", "BookingNotCancellable", "BookingNotPayable", "EmailTaken",
  "EventCancelled", "IdempotencyKeyReused", "InputIssue", "InvalidInput", "LastAdmin", "LimitExceeded",
  "LockAlreadyUsed", "LockExpired", "LockNotActive", "MailDisabled", "NotEnoughSeats", "NotFound",
  "PaymentActionRequired", "PaymentFailed", "PaymentTimedOut", "RefundNotFailed", "SalesClosed", "SeatsUnavailable",
  // Values: two that are equal are the same, and they belong to what has them.
  "Cancellation", "CancellationPolicy", "LineItem", "Money", "PageInfo",
  // Figures, which are computed when they are asked for.
  "AuditFault", "BookingCounts", "BookingSummary", "EventSummary", "EventTimeline", "HealthMetrics", "InventoryDrift",
  "LockMetrics", "MoneyDifference", "PastInventory", "PastSection", "PaymentMetrics", "Revenue", "SalesPoint",
  "SeatUsage", "SectionLine", "SectionTimeline", "SummaryFilters", "Utilization",
  // Thousands at a time: `Seat.label` and the section name them within their event, and an id would double the answer.
  "Seat", "SeatRow", "ChangedRow",
  // What a subscription tells: its `event` has the id that caches go by.
  "SeatAvailability",
];

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: "./schema.graphql" } } },
    plugins: { "@graphql-eslint": plugin },
    rules: {
      ...plugin.configs["flat/schema-recommended"].rules,
      ...plugin.configs["flat/schema-relay"].rules,
      // The only directive is GraphQL's own @oneOf, which is printed without a description.
      "@graphql-eslint/require-description": ["error", { types: true, rootField: true, DirectiveDefinition: false }],
      // Lists that are short by their nature, as the sections of an event, are plain: a connection would add a level
      // and a cursor for nothing. `nodes` of a connection is a list of what its edges have.
      // A line of a report is no node, so not every edge has one; test_lint.py names the one that has not.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false },
      ],
      "@graphql-eslint/strict-id-in-types": [
        "error",
        // Pages and outcomes of mutations are answers, not things.
        { exceptions: { suffixes: ["Connection", "Edge", "Success"], types: HAVE_NO_ID } },
      ],
    },
  },
];
