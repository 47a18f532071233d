"""Who sits where at which hours of the week; the model, its rules, why it cannot be, a second look."""
