"""Cells of tables that people open in a spreadsheet program."""


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes (OWASP ASVS 1.2.10)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0")) else cell
