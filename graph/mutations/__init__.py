"""The root of all mutations: one a file, read top to bottom."""

from strawberry.tools import create_type

from graph.mutations.cancel_booking import cancel_booking
from graph.mutations.cancel_event import cancel_event
from graph.mutations.close_sales import close_sales
from graph.mutations.confirm_booking import confirm_booking
from graph.mutations.create_event import create_event
from graph.mutations.lock_seats import lock_seats
from graph.mutations.login import login
from graph.mutations.open_sales import open_sales
from graph.mutations.pay_booking import pay_booking
from graph.mutations.register import register
from graph.mutations.register_webhook import register_webhook
from graph.mutations.release_lock import release_lock
from graph.mutations.remove_webhook import remove_webhook
from graph.mutations.replay_delivery import replay_delivery
from graph.mutations.run_job import run_job
from graph.mutations.set_user_role import set_user_role
from graph.mutations.update_event import update_event

Mutation = create_type(
    "Mutation",
    [
        register,
        login,
        create_event,
        lock_seats,
        release_lock,
        confirm_booking,
        pay_booking,
        cancel_booking,
        update_event,
        close_sales,
        open_sales,
        cancel_event,
        set_user_role,
        run_job,
        register_webhook,
        remove_webhook,
        replay_delivery,
    ],
    description=(
        "What changes something. Every expected failure is a member of the result union; those of one request run "
        "one after the other."
    ),
)
