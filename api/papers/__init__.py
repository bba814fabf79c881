"""Papers: what is printed of cases, each from one template, as a page or a PDF."""
