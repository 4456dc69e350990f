"""What people type: input structs, Markdown, search terms."""
