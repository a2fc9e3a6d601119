"""A made-up trial as a French spreadsheet writes it: semicolons, decimal commas, and a status of 1 or 2."""

from __future__ import annotations

HEADER = "Identifiant;Bras;Délai (jours);Statut vital;NfL (pg/mL);Sexe;Centre"
PEOPLE = 60
DIED = 24
NAME = "essai.csv"


def lines() -> list[str]:
    """Return the header and a line for each of 60 participants, of whom 24 died."""
    return [HEADER, *(_line(k) for k in range(1, PEOPLE + 1))]


def _line(k: int) -> str:
    days = 20 + 37 * k % 601
    status = 2 if k % 5 in (1, 3) else 1
    nfl = f"{10 + (k * 29 % 97) * 1.5:.1f}".replace(".", ",")
    arm, sex, site = "Placebo" if k % 2 else "IL-2", "F" if k % 3 else "M", "Nîmes" if k % 4 else "Lyon"
    return f"FR-{k:03};{arm};{days};{status};{nfl};{sex};{site}"


def french_csv(*, wrong: bool = False) -> bytes:
    """Return the file; ``wrong`` makes three times negative."""
    written = lines()
    if wrong:
        for row in (3, 7, 9):
            cells = written[row].split(";")
            cells[2] = f"-{cells[2]}"
            written[row] = ";".join(cells)
    return "\r\n".join(written).encode("cp1252")
