"""Entry point of the staff console: one Lambda function, all its routes."""

from staff import audit, events, front, newsletters, reception, reports, sign_in
from staff.counter_app import app

__all__ = ["audit", "events", "front", "handler", "newsletters", "reception", "reports", "sign_in"]

handler = app
