"""What forms, scanners and pages ask before anything is sent: what a code is, what a field can be, who is who."""
