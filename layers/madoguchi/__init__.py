"""Madoguchi: the online counter of a municipal programme; one folder per capability."""

import gc

# Modules leave no garbage while they are imported, and requests little: looking for it after every
# few hundred objects costs a tenth of a cold start.
gc.set_threshold(50_000)
