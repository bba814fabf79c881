"""One store: its settings file, checked against the procedures, and the policy that its cases begin with."""
