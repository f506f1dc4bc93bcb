"""Reply times by each platform's own definition."""
