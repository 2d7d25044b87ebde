"""Entry point of the public site: one Lambda function, all its routes."""

from public.counter_app import app

handler = app
