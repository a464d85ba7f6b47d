"""What the marts say, sent to the systems that people work in."""
