"""Entry point of the staff console: one Lambda function, all its routes."""

from staff.counter_app import app

handler = app
