"""Better plans: units, rules and terms by ids, the search, what if and why not."""
