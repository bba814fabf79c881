"""The reference of all procedures, written from their declarations: `python -m workflows.reference`."""
