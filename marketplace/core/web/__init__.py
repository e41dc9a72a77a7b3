"""What every page shares: access, slots, errors, security headers, template filters."""
