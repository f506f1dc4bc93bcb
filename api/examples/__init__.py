"""The examples of the OpenAPI document: tests decode and check each."""
