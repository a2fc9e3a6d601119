"""Small invented files in the habits of French, English and other hands, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.trial.guessing.truths import Truth

N = 40
_EVENT = [i % 3 == 0 for i in range(N)]
_TREATED = [i % 2 == 0 for i in range(N)]


def _ids(form: str = "P-{:03d}") -> list[str]:
    return [form.format(i + 1) for i in range(N)]


def _times(step: float = 17, first: float = 10) -> list[str]:
    """Longer for those without the event, as follow-up is."""
    return [f"{first + step * i * (1 if _EVENT[i] else 1.5):.6g}" for i in range(N)]


def _coded(yes: str, no: str) -> list[str]:
    return [yes if event else no for event in _EVENT]


def _arms(treated: str, control: str) -> list[str]:
    return [treated if yes else control for yes in _TREATED]


def _numbers(step: float, first: float = 1) -> list[str]:
    return [f"{first + step * (7 * i % N):.6g}" for i in range(N)]


def _levels(*names: str) -> list[str]:
    return [names[i // 2 % len(names)] for i in range(N)]


@dataclass(frozen=True, slots=True)
class Invented:
    """A file with what is right, and with what must not be offered as known at randomisation."""

    columns: dict[str, Sequence[str]]
    truth: Truth
    site: str | None = None
    country: str | None = None
    biomarkers: dict[str, tuple[str | None, str, float | None]] = field(default_factory=dict)
    later: tuple[str, ...] = ()


INVENTED = {
    "French, statut 1/2": Invented(
        {
            "Numéro": _ids("{}"), "Bras": _arms("IL-2", "Placebo"), "Durée de suivi (jours)": _times(),
            "Statut": _coded("2", "1"), "Sexe": _levels("F", "H"), "Centre": _levels("Lyon", "Lille", "Nice"),
            "Pays": _levels("France", "Belgique"), "pNFH_LCR_pg_ml": _numbers(97, 15),
            "Date de naissance": [f"{1 + i % 28:02d}/03/1950" for i in range(N)],
        },
        Truth("Durée de suivi (jours)", "Statut", "2", "Bras", "Placebo", "days", "Numéro"),
        site="Centre", country="Pays", biomarkers={"pNFH_LCR_pg_ml": ("pNFH LCR", "pg/mL", None)},
        later=("Date de naissance",),
    ),
    "French, décès oui/non": Invented(
        {
            "Identifiant patient": _ids(), "Groupe de traitement": _arms("Expérimental", "Témoin"),
            "délai_mois": _times(0.6, 0.5), "décès": _coded("oui", "non"), "Hôpital": _levels("A", "B", "C"),
            "albumine_g_l": _numbers(0.7, 21), "cause_décès": _levels("SLA", "autre", "inconnue"),
        },
        Truth("délai_mois", "décès", "oui", "Groupe de traitement", "Témoin", "months",
        "Identifiant patient"),
        site="Hôpital", biomarkers={"albumine_g_l": ("Albumine", "g/L", None)}, later=("cause_décès",),
    ),
    "French, vivant": Invented(
        {
            "sujet": _ids("S{}"), "randomisation": _arms("riluzole + IL-2", "riluzole"),
            "suivi_jours": _times(),
            "vivant": _coded("0", "1"), "CRP (mg/L)": ["<5" if i % 9 == 0 else str(5 + i) for i in range(N)],
        },
        Truth("suivi_jours", "vivant", "0", "randomisation", "riluzole", "days", "sujet"),
        biomarkers={"CRP (mg/L)": ("CRP", "mg/L", 5.0)},
    ),
    "French, état vivant/décédé": Invented(
        {
            "N°": _ids("{}"), "bras": _arms("A", "B"), "survie_ans": _times(0.1, 0.3),
            "état aux dernières nouvelles": _coded("Décédé", "Vivant"), "âge": _numbers(1, 40),
        },
        Truth("survie_ans", "état aux dernières nouvelles", "Décédé", "bras", None, "years", "N°"),
    ),
    "French, censure": Invented(
        {
            "code_patient": _ids(), "traitement": _arms("actif", "placebo"), "temps": _times(),
            "censuré": _coded("0", "1"), "site": _levels("01", "02", "03"),
        },
        Truth("temps", "censuré", None, "traitement", "placebo", None, "code_patient"), site="site",
    ),
    "two endpoints": Invented(
        {
            "patient_id": _ids(), "arm": _arms("drug", "control"), "pfs_months": _times(0.3, 1),
            "pfs_event": _levels("1", "0"), "os_months": _times(0.5, 1), "os_event": _coded("1", "0"),
            "progression_date": [f"2020-01-{1 + i % 28:02d}" for i in range(N)],
            "NfL [pg/mL]": _numbers(2, 3),
        },
        Truth("os_months", "os_event", "1", "arm", "control", "months", "patient_id"),
        biomarkers={"NfL [pg/mL]": ("NfL", "pg/mL", None)},
        later=("pfs_months", "pfs_event", "progression_date"),
    ),
    "R's habits": Invented(
        {"futime": _times(), "fustat": _coded("1", "0"), "rx": _arms("2", "1"), "resid.ds": _levels("1",
        "2")},
        Truth("futime", "fustat", "1", "rx", "1"),
    ),
    "cBioPortal": Invented(
        {
            "PATIENT_ID": _ids("TCGA-{}"), "OS_MONTHS": _times(0.9, 1.25),
            "OS_STATUS": _coded("1:DECEASED", "0:LIVING"), "TREATMENT_ARM": _arms("Drug", "Standard of care"),
            "DFS_MONTHS": _times(0.4, 0.5), "DFS_STATUS": _levels("1:Recurred", "0:DiseaseFree"),
        },
        Truth("OS_MONTHS", "OS_STATUS", "1:DECEASED", "TREATMENT_ARM", "Standard of care", "months",
              "PATIENT_ID"),
        later=("DFS_MONTHS", "DFS_STATUS"),
    ),
    "camel case": Invented(
        {
            "subjectId": _ids(), "treatmentGroup": _arms("Active", "Sham"), "survTime": _times(),
            "isDead": _coded("true", "false"), "studyCentre": _levels("1", "2", "3"),
            "bmi": _numbers(0.4, 18),
            "nflMonth6": _numbers(3, 2), "crp_m12": _numbers(1, 2),
        },
        Truth("survTime", "isDead", "true", "treatmentGroup", "Sham", None, "subjectId"),
        site="studyCentre", later=("crp_m12",),
    ),
    "competing events": Invented(
        {
            "id": _ids(), "trt": _arms("yes", "no"), "time_weeks": _times(2, 1), "status": _levels("0",
            "1", "2"),
            "death": _coded("1", "0"),
        },
        Truth("time_weeks", "death", "1", "trt", "no", "weeks", "id"), later=("status",),
    ),
    "event in words": Invented(
        {
            "participant": _ids(), "allocation": _arms("Intervention", "Usual care"),
            "follow_up_days": _times(),
            "relapse": _coded("Relapsed", "No event"), "er_status": _levels("pos", "neg"),
            "country_code": _levels("FRA", "GBR"), "tumour_site": _levels("colon", "rectum"),
            "time_in_months": [f"{float(t) / 30.4375:.4f}" for t in _times()],
        },
        Truth("follow_up_days", "relapse", "Relapsed", "allocation", "Usual care", "days", "participant"),
        country="country_code", later=("time_in_months",),
    ),
    "German": Invented(
        {
            "Patient": _ids(), "Gruppe": _arms("Verum", "Plazebo"), "Überlebenszeit_Tage": _times(),
            "verstorben": _coded("ja", "nein"), "Zentrum": _levels("Ulm", "Bonn", "Köln"),
        },
        Truth("Überlebenszeit_Tage", "verstorben", "ja", "Gruppe", "Plazebo", "days", "Patient"),
        site="Zentrum",
    ),
    "Spanish": Invented(
        {
            "paciente": _ids(), "brazo": _arms("fármaco", "control"), "tiempo_meses": _times(0.5, 1),
            "fallecido": _coded("sí", "no"), "país": _levels("España", "Francia"),
            "centro": _levels("1", "2", "3"),
        },
        Truth("tiempo_meses", "fallecido", "sí", "brazo", "control", "months", "paciente"),
        site="centro", country="país",
    ),
    "everything in one arm of three": Invented(
        {
            "id": _ids(), "group": _levels("Placebo", "Low dose", "High dose"), "days": _times(),
            "died": _coded("yes", "no"),
            "marker_ng_l": ["<LLOQ" if i % 8 == 0 else str(3 + i) for i in range(N)],
        },
        Truth("days", "died", "yes", "group", "Placebo", "days", "id"),
        biomarkers={"marker_ng_l": ("Marker", "ng/L", None)},
    ),
}  # fmt: skip
