"""Entry point of the public site: one Lambda function, all its routes."""

from public import (
    events,
    member_page,
    office,
    pages,
    registration,
    sign_in,
    unsubscribe,
)
from public.counter_app import app

__all__ = ["events", "handler", "member_page", "office", "pages", "registration", "sign_in", "unsubscribe"]

handler = app
