"""Text that people type: input structs, Markdown, search terms."""
