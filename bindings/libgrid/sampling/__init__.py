"""Many plans under one law: rules, chains, diagnostics, and what is unusual among them."""
