"""Bodies that callers send and documents that they get, as OpenAPI describes them; tests hold the answers to this."""
