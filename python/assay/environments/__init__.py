"""Environments of other packages as assay's: one module for each, served by `python -m assay.env KIND:NAME`."""
