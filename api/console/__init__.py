"""The web console: server-rendered pages in the same service. How to add a page: docs/console.md."""
