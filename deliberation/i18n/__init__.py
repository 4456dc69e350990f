"""Translation: catalogues by gettext, formats by Babel. No sentence of any room is kept here.

French is the source and needs no catalogue. Another language is a file `<language>.po` in FOLDER,
and nothing else.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
