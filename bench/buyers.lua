-- Buyers for wrk: what each request asks for, and what counts as an unexpected answer.
-- SCENARIO: typename | lock | plain (a lock, without GraphQL) | seats | purchase; TOKENS: a file of the buyers' tokens; EVENT: one or more, bought in
-- turn; SEATS: a file of labels. Files have one thing a line.
local scenario, events = os.getenv("SCENARIO"), {}
for event in os.getenv("EVENT"):gmatch("%S+") do events[#events + 1] = event end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local buyers = {} -- the headers of each; an answer says by its correlation id whose it is
for token in io.lines(os.getenv("TOKENS")) do
  buyers[#buyers + 1] = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token,
    ["X-Correlation-ID"] = "buyer-" .. #buyers + 1 }
end

local LOCK = [[mutation Lock($input: LockSeatsInput!) { lockSeats(input: $input) { __typename
  ... on LockSeatsSuccess { lock { id expiresAt } } ... on Error { code message } } }]]
local CONFIRM = [[mutation Confirm($input: ConfirmBookingInput!) { confirmBooking(input: $input) { __typename
  ... on ConfirmBookingSuccess { booking { id status total { amount currencyCode } } } ... on Error { code message } } }]]
local PAY = [[mutation Pay($input: PayBookingInput!) { payBooking(input: $input) { __typename
  ... on PayBookingSuccess { booking { id status } payment { id status } } ... on Error { code message } } }]]

local function body(query, input)
  return '{"query":"' .. query:gsub("%s+", " ") .. '","variables":{"input":' .. input .. "}}"
end
local lock_body = body(LOCK, '{"eventId":"%s","selection":%s,"idempotencyKey":"%s"}')
local plain_body = '{"eventId":"%s","count":1,"idempotencyKey":"%s"}'
local confirm_body = body(CONFIRM, '{"lockId":"%s"}')
local pay_body = body(PAY, '{"bookingId":"%s","paymentToken":"sim_success","idempotencyKey":"%s"}')

local prefix, count = "", 0
unexpected, paid = 0, 0 -- global: `done` reads them
local to_confirm, to_pay, seats = {}, {}, {}

function init()
  local random = io.open("/dev/urandom", "rb")
  prefix = random:read(8):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
  random:close()
  if scenario == "seats" then
    for label in io.lines(os.getenv("SEATS")) do seats[#seats + 1] = label end
  end
end

function request()
  count = count + 1
  local buyer = count % #buyers + 1
  if scenario == "typename" then return wrk.format(nil, nil, buyers[buyer], '{"query":"{ __typename }"}') end
  local key = prefix .. "-" .. count
  if scenario == "plain" then
    return wrk.format(nil, nil, buyers[buyer], plain_body:format(events[count % #events + 1], key))
  end
  if #to_pay > 0 then
    local booking = table.remove(to_pay)
    return wrk.format(nil, nil, buyers[booking.buyer], pay_body:format(booking.id, key))
  end
  if #to_confirm > 0 then
    local lock = table.remove(to_confirm)
    return wrk.format(nil, nil, buyers[lock.buyer], confirm_body:format(lock.id))
  end
  local selection = '{"quantity":{"count":1}}'
  if scenario == "seats" then selection = '{"seats":["' .. table.remove(seats) .. '"]}' end
  return wrk.format(nil, nil, buyers[buyer], lock_body:format(events[count % #events + 1], selection, key))
end

local function buyer_of(headers)
  for name, value in pairs(headers) do
    if name:lower() == "x-correlation-id" then return tonumber(value:match("%d+")) end
  end
end

function response(status, headers, text)
  if text:find('"LockSeatsSuccess"', 1, true) then
    if scenario == "purchase" then
      to_confirm[#to_confirm + 1] = { id = text:match('"lock":{"id":"([^"]+)"'), buyer = buyer_of(headers) }
    end
  elseif text:find('"ConfirmBookingSuccess"', 1, true) then
    to_pay[#to_pay + 1] = { id = text:match('"booking":{"id":"([^"]+)"'), buyer = buyer_of(headers) }
  elseif text:find('"PayBookingSuccess"', 1, true) and text:find('"CONFIRMED"', 1, true) then
    paid = paid + 1
  elseif not (scenario == "typename" and text == '{"data":{"__typename":"Query"}}')
    and not (scenario == "plain" and text:find('"lockId"', 1, true)) then
    unexpected = unexpected + 1
    if unexpected == 1 then io.stderr:write("unexpected answer: ", status, " ", text, "\n") end
  end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local errors = summary.errors
  local wrong, bought = errors.connect + errors.read + errors.write + errors.timeout, 0
  for _, thread in ipairs(threads) do
    wrong, bought = wrong + thread:get("unexpected"), bought + thread:get("paid")
  end
  io.write(string.format(
    '{"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"unexpected":%d,"paid":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, wrong, bought))
end
