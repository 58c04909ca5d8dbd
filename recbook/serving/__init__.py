"""What opens a saved model and answers requests with it."""
