"""What people type and read: input structs, e-mail addresses, Markdown, search terms."""
