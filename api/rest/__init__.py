"""What every route shares: bodies, parameters, replies, problems, the OpenAPI document."""
