"""The root of all mutations: one a file, read top to bottom."""

from strawberry.tools import create_type

from graph.schema.mutations.cancel_booking import cancel_booking
from graph.schema.mutations.cancel_event import cancel_event
from graph.schema.mutations.change_lock import change_lock
from graph.schema.mutations.change_password import change_password
from graph.schema.mutations.close_sales import close_sales
from graph.schema.mutations.confirm_booking import confirm_booking
from graph.schema.mutations.create_allocation import create_allocation
from graph.schema.mutations.create_event import create_event
from graph.schema.mutations.delete_account import delete_account
from graph.schema.mutations.extend_lock import extend_lock
from graph.schema.mutations.lock_seats import lock_seats
from graph.schema.mutations.login import login
from graph.schema.mutations.logout import logout
from graph.schema.mutations.mark_refund_given_back import mark_refund_given_back
from graph.schema.mutations.open_sales import open_sales
from graph.schema.mutations.pay_booking import pay_booking
from graph.schema.mutations.refresh_session import refresh_session
from graph.schema.mutations.register import register
from graph.schema.mutations.register_webhook import register_webhook
from graph.schema.mutations.release_allocation import release_allocation
from graph.schema.mutations.release_lock import release_lock
from graph.schema.mutations.remove_webhook import remove_webhook
from graph.schema.mutations.renew_webhook_secret import renew_webhook_secret
from graph.schema.mutations.replay_delivery import replay_delivery
from graph.schema.mutations.request_password_reset import request_password_reset
from graph.schema.mutations.resend_refund import resend_refund
from graph.schema.mutations.reset_password import reset_password
from graph.schema.mutations.run_job import run_job
from graph.schema.mutations.send_verification import send_verification
from graph.schema.mutations.set_user_role import set_user_role
from graph.schema.mutations.update_event import update_event
from graph.schema.mutations.verify_email import verify_email

NEED_NO_TOKEN = frozenset(
    {"register", "login", "refreshSession", "logout", "verifyEmail", "requestPasswordReset", "resetPassword"}
)
"""What brings its own proof of who asks. With a bad token everything else is refused, and never runs as by nobody."""

Mutation = create_type(
    "Mutation",
    [
        register,
        login,
        refresh_session,
        logout,
        change_password,
        send_verification,
        verify_email,
        request_password_reset,
        reset_password,
        delete_account,
        create_event,
        lock_seats,
        change_lock,
        extend_lock,
        release_lock,
        confirm_booking,
        pay_booking,
        cancel_booking,
        update_event,
        close_sales,
        open_sales,
        cancel_event,
        create_allocation,
        release_allocation,
        resend_refund,
        mark_refund_given_back,
        set_user_role,
        run_job,
        register_webhook,
        renew_webhook_secret,
        remove_webhook,
        replay_delivery,
    ],
    description=(
        "What changes something. Every expected failure is a member of the result union; those of one request run "
        "one after the other. One that fails otherwise is null, and an error names it: those beside it are answered."
    ),
)
