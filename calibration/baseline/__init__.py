"""The baseline judge fitted from labelled cases, and measured as a screen."""
