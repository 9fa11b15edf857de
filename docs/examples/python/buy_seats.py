"""Wait until an event has enough free seats, and buy them: a complete client of Seatlock.

pip install httpx websockets
SEATLOCK_EMAIL=… SEATLOCK_PASSWORD=… python buy_seats.py EVENT_ID COUNT[:SECTION] [PAYMENT_TOKEN…]

The buyer must be registered. For an event with several sections say which one, as in 2:STALLS.
It ends if there are fewer such seats in all than you want.
Of several payment tokens, the next is tried when one fails. Without any it is `sim_success`.
"""

import asyncio
import json
import os
import random
import re
import sys
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

URL = os.environ.get("SEATLOCK_URL", "http://127.0.0.1:8000/graphql")
TIMEOUT = 15.0  # seconds for one request: the API waits up to 10 for the payment provider
PATIENCE = 60.0  # seconds until a request that nobody answers is given up
SILENCE = 30.0  # seconds: the API sends a ping every 12, so a connection that is silent for longer is dead
TRY_AGAIN = {"UNAVAILABLE", "RATE_LIMITED"}  # error codes that may be gone in a moment
OUR_MISTAKE = {1009, 4400, 4401, 4406, 4409, 4429}  # close codes that the same messages would bring again

LOGIN = """mutation ($email: String!, $password: String!) { login(input: {email: $email, password: $password}) {
    ... on SignedIn { accessToken expiresAt refreshToken } ... on Error { code message } } }"""
REFRESH = """mutation ($token: String!) { refreshSession(input: {refreshToken: $token}) {
    ... on SignedIn { accessToken expiresAt refreshToken } ... on Error { code message } } }"""
LOCK = """mutation ($event: ID!, $wanted: QuantityInput!, $key: String!) {
  lockSeats(input: {eventId: $event, selection: {quantity: $wanted}, idempotencyKey: $key}) {
    ... on LockSeatsSuccess { replayed lock { id seats expiresAt } } ... on SalesClosed { reason }
    ... on Error { code message } } }"""
CONFIRM = """mutation ($lock: ID!) { confirmBooking(input: {lockId: $lock}) {
    ... on ConfirmBookingSuccess { replayed booking { id } } ... on Error { code message } } }"""
PAY = """mutation ($booking: ID!, $card: String!, $key: String!) {
  payBooking(input: {bookingId: $booking, paymentToken: $card, idempotencyKey: $key}) {
    ... on PayBookingSuccess { replayed booking { id } } ... on PaymentTimedOut { booking { status } }
    ... on PaymentActionRequired { message redirectUrl } ... on PaymentFailed { attemptsLeft }
    ... on Error { code message } } }"""
SEATS = """subscription ($event: ID!) {
  seatAvailability(eventId: $event) { version salesOpen availableSeats changedSeats { label status }
    event { sections { name totalSeats } } } }"""


class Refused(Exception):
    """The API said no: an Error of a result union, or a top-level error."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.error, self.code = error, str(error["code"] if "code" in error else error["extensions"]["code"])
        super().__init__(f"{self.code}: {error['message']}")


class Pauses:
    """The pauses between attempts: each one longer, and random, so that clients do not all come back at once."""

    _longest = 0.5

    async def wait(self, why: object) -> None:
        pause = random.uniform(self._longest / 2, self._longest)
        self._longest = min(2 * self._longest, 15)
        print(f"{why}; again in {pause:.1f} s")
        await asyncio.sleep(pause)


class Seatlock:
    """The API, as one user sees it."""

    def __init__(self, http: httpx.AsyncClient, email: str, password: str) -> None:
        self._http, self._credentials = http, {"email": email, "password": password}
        self._token, self._refresh_token, self._renew_at = "", "", 0.0

    async def token(self, refused: str = "") -> str:
        """An access token that has not expired, and that is not the one the API refused."""
        if self._token == refused or time.monotonic() > self._renew_at:
            session = await self.session()
            lifetime = datetime.fromisoformat(session["expiresAt"]) - datetime.now(UTC)
            self._token, self._refresh_token = session["accessToken"], session["refreshToken"]
            self._renew_at = time.monotonic() + 0.9 * lifetime.total_seconds()
            print("signed in until", session["expiresAt"])
        return self._token

    async def session(self) -> dict[str, Any]:
        """The session's next tokens, or those of a new one. Raises Refused."""
        if self._refresh_token:
            try:
                # Once only. If the answer is lost, `ask` sends the same again, and gets the same.
                return await self.ask(REFRESH, {"token": self._refresh_token}, signed_in=False)
            except Refused as refused:
                if refused.code != "BAD_CREDENTIALS":
                    raise
                self._refresh_token = ""  # it has ended; an app with a user in front of it asks for the password
        return await self.ask(LOGIN, self._credentials, signed_in=False)

    async def ask(self, query: str, variables: dict[str, Any], signed_in: bool = True) -> dict[str, Any]:
        """A mutation's success. Raises Refused; after UNAVAILABLE it may be done or not: the same call can tell."""
        give_up_at, pauses, refused = time.monotonic() + PATIENCE, Pauses(), ""
        while True:
            token = await self.token(refused) if signed_in else ""
            headers = {"Authorization": f"Bearer {token}"} if signed_in else {}
            try:
                response = await self._http.post(URL, json={"query": query, "variables": variables}, headers=headers)
                answer = response.json()
                if not answer.keys() & {"data", "errors"}:
                    raise ValueError(f"HTTP {response.status_code}")
            except (httpx.TransportError, ValueError) as lost:
                # Cut off, timed out, or answered by a proxy: it may be done or not, as with the API's own UNAVAILABLE.
                answer = {"errors": [{"message": repr(lost), "extensions": {"code": "UNAVAILABLE"}}]}
            if "errors" not in answer:
                outcome: dict[str, Any] = next(iter(answer["data"].values()))
                if outcome.get("reason") == "NOT_STARTED" and time.monotonic() < give_up_at:
                    # We were told that sales are open: this server's clock is a moment behind the one that told us.
                    await pauses.wait(Refused(outcome))
                    continue
                if "code" in outcome:  # any Error of the union, also one that is newer than this client
                    raise Refused(outcome)
                if outcome.get("replayed"):
                    print("an earlier attempt had done it")
                return outcome
            error = Refused(answer["errors"][0])
            if error.code == "UNAUTHENTICATED" and signed_in and not refused:
                refused = token  # renew it, then again
                continue
            if error.code not in TRY_AGAIN or time.monotonic() > give_up_at:
                raise error
            await pauses.wait(error)

    async def buy(self, event: str, wanted: dict[str, Any], cards: Sequence[str]) -> str:
        """The id of a booking, paid. Raises Refused; seats that are not paid are free again at their deadline."""
        # One key for each thing the buyer does. A shop stores it first, to go on with it after a crash of its own.
        lock = (await self.ask(LOCK, {"event": event, "wanted": wanted, "key": str(uuid.uuid4())}))["lock"]
        print("locked until", lock["expiresAt"], *lock["seats"])
        # This takes no key: a lock becomes one booking, however often we ask.
        booking = (await self.ask(CONFIRM, {"lock": lock["id"]}))["booking"]
        for card in cards[:-1]:
            try:
                return await self.pay(booking["id"], card)
            except Refused as refused:
                # The booking and its seats are still ours, as long as there are attempts left.
                if not refused.error.get("attemptsLeft"):
                    raise
                print(f"{refused} Trying the next one.")
        return await self.pay(booking["id"], cards[-1])

    async def pay(self, booking: str, card: str) -> str:
        """The id of the booking, paid by this card. Raises Refused."""
        # A new key for each attempt: with the key of one that failed, the answer is that failure.
        payment, pauses, asked_at = {"booking": booking, "card": card, "key": str(uuid.uuid4())}, Pauses(), ""
        while True:
            try:
                outcome = await self.ask(PAY, payment)
            except Refused as refused:
                # Neither paid nor failed: the same call, with the same key, will tell as soon as it is known.
                if refused.code != "PAYMENT_TIMED_OUT" or refused.error["booking"]["status"] != "PAYMENT_PENDING":
                    raise
                await pauses.wait(refused)
                continue
            if "booking" in outcome:
                return str(outcome["booking"]["id"])
            # The bank asks the buyer, and the same call tells when they have answered. A shop sends them to this page.
            # Without one, it gives `clientSecret` to the provider's own library in a page, which a program has not.
            if outcome["redirectUrl"] is None:
                raise Refused({"code": "ACTION_REQUIRED", "message": outcome["message"]})
            page = urljoin(URL, outcome["redirectUrl"])
            if page != asked_at:
                asked_at, pauses = page, Pauses()
                print(outcome["message"], page)
            await pauses.wait("waiting for the buyer")

    async def watch(self, event: str) -> AsyncGenerator[tuple[dict[str, Any], dict[str, str]], None]:
        """An event's seats, now and at every change: the message, and statuses by seat. Others are AVAILABLE."""
        url, protocol = URL.replace("http", "ws", 1), Subprotocol("graphql-transport-ws")
        token, refused, pauses = "", "", Pauses()
        while True:
            try:
                token = await self.token(refused)
                # A line that is dead does not answer our goodbye either: don't wait for that.
                async with connect(url, subprotocols=[protocol], max_size=None, close_timeout=1) as socket:
                    statuses: dict[str, str] = {}  # the first message tells everything
                    async for seats in listen(socket, event, token):
                        pauses, refused = Pauses(), ""  # it works, so the next pause is short again
                        statuses |= {seat["label"]: seat["status"] for seat in seats["changedSeats"]}
                        yield seats, statuses
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                if code in OUR_MISTAKE or (code == 4403 and refused):
                    raise
                if code == 4403:  # a bad token: with the same one it would be closed again, for ever
                    refused = token
                why = f"closed with {code}"
            except Refused as error:
                if error.code == "UNAUTHENTICATED" and not refused:
                    refused = token
                elif error.code not in TRY_AGAIN:
                    raise
                why = str(error)
            except (OSError, InvalidHandshake) as error:  # nobody there, silence, or a server that lets nobody in now
                why = str(error) or type(error).__name__
            await pauses.wait(why)


async def listen(socket: ClientConnection, event: str, token: str) -> AsyncGenerator[dict[str, Any], None]:
    """What is heard on one connection, until it ends, which is an exception."""
    subscribe = {"id": "1", "type": "subscribe", "payload": {"query": SEATS, "variables": {"event": event}}}
    await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
    while True:
        match json.loads(await asyncio.wait_for(socket.recv(), SILENCE)):
            case {"type": "connection_ack"}:
                await socket.send(json.dumps(subscribe))
            case {"type": "ping"}:
                await socket.send(json.dumps({"type": "pong"}))
            case {"type": "error", "payload": [error, *_]} | {"payload": {"errors": [error, *_]}}:
                raise Refused(error)
            case {"type": "next", "payload": {"data": data}}:
                yield data["seatAvailability"]
            case {"type": "complete"}:
                raise ConnectionError("the subscription has ended")


async def main(event: str, wanted: dict[str, Any], *cards: str) -> None:
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        seatlock = Seatlock(http, os.environ["SEATLOCK_EMAIL"], os.environ["SEATLOCK_PASSWORD"])
        async with aclosing(seatlock.watch(event)) as watching:
            async for seats, statuses in watching:
                taken = [label for label, status in statuses.items() if status != "AVAILABLE"]
                sales = "open" if seats["salesOpen"] else "closed"
                print(f"version {seats['version']}: {seats['availableSeats']} available, {sales}; taken:", *taken)
                sections = [each for each in seats["event"]["sections"] if wanted["section"] in (None, each["name"])]
                if (total := sum(each["totalSeats"] for each in sections)) < wanted["count"]:
                    # Nor will there ever be as many, unless the seller adds some.
                    raise Refused({"code": "NOT_ENOUGH_SEATS", "message": f"There are {total} such seats in all."})
                try:
                    if seats["salesOpen"] and seats["availableSeats"] >= wanted["count"]:
                        print("paid: booking", await seatlock.buy(event, wanted, cards or ["sim_success"]))
                        break
                except Refused as refused:
                    if refused.code != "NOT_ENOUGH_SEATS":  # else somebody was quicker: wait for the next seats
                        raise


if __name__ == "__main__":
    found = re.fullmatch(r"(\d+)(?::(.+))?", sys.argv[2]) if len(sys.argv) > 2 else None
    if found is None or not {"SEATLOCK_EMAIL", "SEATLOCK_PASSWORD"} <= os.environ.keys():
        sys.exit(__doc__)
    try:
        asyncio.run(main(sys.argv[1], {"count": int(found[1]), "section": found[2]}, *sys.argv[3:]))
    except (Refused, ConnectionClosed) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        pass
