"""/webhooks/payments/{provider}: where the payment provider tells what came of a charge or a refund."""

from __future__ import annotations

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import JSONResponse

from domain.errors import NotFound
from domain.payments.notices import take_notice
from domain.providers.port import BadNotice
from domain.services import Services
from graph.execution.http_error import HttpError


async def payment_webhook(request: Request) -> JSONResponse:
    """200 once it is durable; the provider sends it again otherwise."""
    services: Services = request.state.services
    # As it came: the signature is over these bytes.
    body = await request.body()
    try:
        await take_notice(services, request.path_params["provider"], dict(request.headers), body)
    except NotFound as error:
        raise HttpError(404, "NOT_FOUND", error.message) from None
    except BadNotice as error:
        raise HttpError(400, "BAD_REQUEST", str(error)) from None
    except PyMongoError:
        raise HttpError(503, "UNAVAILABLE", "The database did not answer in time; send it again.") from None
    return JSONResponse({"received": True})
