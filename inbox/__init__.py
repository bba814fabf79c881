"""The pages where staff do their work. They know no procedure, stage, action or role by name, and no rule."""
