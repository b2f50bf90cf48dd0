"""The pages of staff: plain forms that work without JavaScript."""
