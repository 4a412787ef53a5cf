"""APIs that need no server: runtime, modules (the current module's own facts)."""
