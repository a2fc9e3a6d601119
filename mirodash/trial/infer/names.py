"""Names of columns and values in several languages, taken apart into words that can be looked up."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from unicodedata import combining, normalize

from mirodash.trial.dictionary import UNITS
from mirodash.trial.event_words import NO_EVENT_WORDS, sounds_censored

__all__ = ["NO_EVENT_WORDS", "UNITS", "sounds_censored"]

Weights = Mapping[str, float]


def wordset(*texts: str) -> frozenset[str]:
    """The words of these texts."""
    return frozenset(word for text in texts for word in text.split())


def _weights(**groups: str) -> dict[str, float]:
    """``w5="time temps"`` as ``{"time": 5.0, "temps": 5.0}``."""
    return {word: float(weight[1:]) for weight, words in groups.items() for word in words.split()}


DEATH = wordset(
    "os uberleben uberlebenszeit "
    "death deaths dead died dth deces decede decedee mort morte dcd dc surv survival survie survt vital "
    "vivant vivante alive tod tot verstorben muerte muerto fallecido exitus morto obito d"
)
PROGRESSION = wordset("pfs progression progressed prog progress ttp ssp")
RECURRENCE = wordset(
    "rfs dfs efs rec recurrence recur relapse relapsed recidive rechute rezidiv recaida ssr sse"
)

TIME = _weights(
    w6="aval",
    w5="time temps tps tiempo tempo zeit uberlebenszeit uberleben follow "
    "tte duration duree delai suivi followup survie survival survt surt t "
    "tstop stop survivaltime",
    w4="dur days jours weeks week semaines months mois years year annees ans day jour month tage wochen "
    "monate jahre dias meses anos diff yrs yr mths mth wks wk mos",
    w3="os pfs dfs rfs efs ttp fu surv exit to",
)
NOT_TIME = wordset(
    "age birth naissance naiss date dt begin dob symptom symptoms symptomes maladie therapy dose prior "
    "previous cycle cycles visit visite response reponse hospital hospitalisation stay pro prothrombin "
    "prothrombine exposure exposition tstart left right lower upper born smoking tabac delay"
)
STARTS = wordset(
    "diag diagnosis diagnostic onset start debut entry inclusion traitement treatment surgery chirurgie "
    "between"
)
"""Where a time begins; without an end beside it, it is the time before randomisation or on treatment."""
ENDS = wordset(
    "last dernier derniere dernieres nouvelles death deces event evenement follow followup suivi survie "
    "survival censoring contact relapse recidive progression"
)
EVENT = _weights(
    w7="cnsr",
    w6="died dead death deces decede decedee dth deceased verstorben muerto fallecido exitus obito dcd",
    w5="event events evenement evt status statut uncensored cens censor censored censoring censure "
    "censuree censur vivant vivante alive mort morte ereignis evento tod muerte fustat estatus",
    w4="stat e d dc delta survived survivor vie relapse relapsed recurrence recur recidive rechute "
    "progression progressed failure fail observed arrest vital rezidiv censurado zensiert tot etat",
    w3="c outcome endpoint os pfs dfs rfs efs rec prog end indicator ind",
)
NOT_EVENT = wordset(
    "date dt cause causes reason raison motif age prior previous history antecedent antecedents adverse "
    "marital ecog performance menopausal smoking her2 baseline inclusion start time days months years mois "
    "jours number nombre nb no type grade score"
)
ALIVE = wordset("vivant vivante alive living lebend vivo viva envie vie survived survivor")
CENSORED = wordset("censored cnsr censuree censurado zensiert")
CENSORING = wordset("cens censor censoring censure censur c")
"""Names of the indicator that some code 1 for censored, and as many 1 for the event."""

ARM = _weights(
    w9="trt01p",
    w8="trtp",
    w6="arm arms bras trt01a trta",
    w5="trt treat treatment treatmen traitement traiteme ttt rx allocation alloc assigned assignment "
    "randomised_to",
    w4="tx rando randomisation randomization randomised randomized random group groupe grp gruppe "
    "grupo gruppo regimen intervention behandlung braccio brazo trattamento tratamiento armcd actarm "
    "therapy therapie armn horth hormone trtpn trt01pn",
    w3="drug medicament produit study",
    w2="x cohort cohorte exposure",
)
NOT_ARM = wordset(
    "age stage blood sanguin risk risque prior previous prev anterieur off duration duree dose start date "
    "center centre site end ethnic time days jours mois months cell histology compliance off stop arret "
    "first second line ligne response reponse stratum strata sex sexe adverse"
)
SITE = _weights(
    w6="siteid",
    w5="site centre center centro zentrum hospital hopital chu institution etablissement klinik ziekenhuis",
    w4="hosp centreid centerid clinic clinique investigator investigateur ctr",
    w3="inst ville city",
)
NOT_SITE = wordset(
    "tumor tumour tumeur onset debut primary primaire metastasis metastase mets lesion disease injection "
    "anatomic infection biopsy surgery distance stay"
)
COUNTRY = _weights(w6="country pays pais paese", w5="land cntry ctry nation", w3="nationality")
PARTICIPANT = _weights(
    w9="usubjid",
    w8="subjid",
    w7="participant particip patient subject sujet ptid pid pidnum patid paziente paciente",
    w6="id identifiant identifier ident identifiantpatient idpat numpat nip ipp recordid proband",
    w4="num numero no nr number code record anonymat inclusion i n dossier cas case nummer",
)
NOT_PARTICIPANT = wordset(
    "site centre center country pays arm bras age sex sexe status statut date postal zip visit visite group "
    "groupe treatment traitement of phone tel study stratum cycle cycles nodes ganglions nombre"
)

NEUTRAL = wordset(
    "to until of the from in a an de du des la le les l au aux d et and or ou since depuis par by at on for "
    "fu follow up followup last first total overall all any cause global globale free sans vital yn bin cod "
    "flag indicator ind event evt fin dernier derniere dernieres nouvelles news contact observation obs var "
    "randomisation randomization rando random n num elapsed estimated study patient participant disease "
    "value status stat statut time temps code name nom label id num numero no nr is "
    "f fct factor fac lbl "
    "has was survie surv survival survived suivi jusqu en fl not "
    "death deces os p1 jusqua unit cens vital censure toutes causes median main primary principal"
)
BESIDE = NEUTRAL | DEATH | PROGRESSION | RECURRENCE | frozenset(UNITS)
"""Words that stand beside others without meaning anything else."""

CONTROLS = wordset(
    "placebo control controls ctrl controle comparator vehicle sham temoin temoins standard soc obs "
    "observation untreated kontrolle plazebo plb pbo pcb pla placebos simulacre usual reference "
    "comparateur"
)
"""A level with one of these words is the control."""
NO = wordset("no non none n nein false 0 aucun absence without sans keine")
YES = wordset("yes oui y o ja si sim true 1")
DEAD_WORDS = wordset(
    "dead died death deceased decede decedee dcd dc mort morte deces tot verstorben muerto fallecido exitus "
    "morto event events evenement progressed progression relapse relapsed recurrence recurred recidive "
    "rechute failure failed oui_deces evt"
)
HAPPENED = DEAD_WORDS | wordset("e observed arrest dth")
"""With one of these in its name, a column counts what happened."""
DENIALS = wordset("no non not pas without sans nicht")
REVERSED = DENIALS | wordset("free")
"""With one of these a name says that something did not happen: ``event_free``, ``not_censored``."""


_MAX_NAME_LENGTH = 120
_SEPARATORS = re.compile(r"[^0-9A-Za-zµμ%°]+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PIECES = wordset(
    "time days months weeks years to death dead died status stat event evt cens os pfs dfs rfs efs fu surv "
    "survival rec prog free follow up temps duree suivi survie deces jours mois ans delai diag date id pat "
    "dth pro trt arm code site censor last fl yrs mths wks mos semaines annees"
)
"""What names are put together from without a sign between: ``rectime``, ``censdead``, ``fustat``."""
_MAX_COMPOUND_LENGTH = 24
_LETTERED = {"dtime": ("death", "time"), "rtime": ("rec", "time"), "ptime": ("prog", "time")}
"""Times called by the letter of their event."""


def fold(text: str) -> str:
    """Lower case without accents.

    Examples
    --------
    >>> fold("Décès"), fold("Œdème")
    ('deces', 'oedeme')
    """
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    return plain.casefold().replace("œ", "oe").replace("æ", "ae")


def words(name: str) -> tuple[str, ...]:
    """The words of a name, folded.

    Examples
    --------
    >>> words("Durée_suivi (mois)"), words("osTime"), words("censrec"), words("USUBJID")
    (('duree', 'suivi', 'mois'), ('os', 'time'), ('cens', 'rec'), ('usubjid',))
    """
    return _words(name[:_MAX_NAME_LENGTH])


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    plain = "".join(sign for sign in normalize("NFKD", name) if not combining(sign))
    found: list[str] = []
    for token in _SEPARATORS.split(plain.replace("œ", "oe").replace("Œ", "Oe")):
        if token:
            found += _parts(token)
    return tuple(found)


def _parts(token: str) -> list[str]:
    """A token as it is when it is known, else at changes of case and digits, else by known pieces."""
    whole = token.casefold()
    if whole in _LETTERED:
        return list(_LETTERED[whole])
    if whole in _list_known():
        return [whole]
    if len(whole) <= _MAX_COMPOUND_LENGTH and (pieces := _split(whole)):
        return pieces
    camel = [part.casefold() for part in _CAMEL.findall(token)] or [whole]
    return [piece for part in camel for piece in _compound(part)]


def _compound(part: str) -> list[str]:
    if part in _list_known() or len(part) > _MAX_COMPOUND_LENGTH:
        return [part]
    return _split(part) or [part]


def _split(part: str) -> list[str] | None:
    if part in _PIECES:
        return [part]
    for end in range(len(part) - 2, 1, -1):
        if part[:end] in _PIECES and (rest := _split(part[end:])):
            return [part[:end], *rest]
    return None


@cache
def _list_known() -> frozenset[str]:
    tables = (TIME, EVENT, ARM, SITE, COUNTRY, PARTICIPANT)
    return frozenset(word for table in tables for word in table) | _PIECES | DEATH | RECURRENCE


def score(
    name: str, weights: Weights, unwanted: Collection[str], *, neutral: Collection[str] = BESIDE
) -> float:
    """How surely a name names a part: the best of its words, less for words that do not belong.

    Examples
    --------
    >>> score("status", EVENT, NOT_EVENT), score("er_status", EVENT, NOT_EVENT)
    (5.0, 2.0)
    >>> score("age_group", ARM, NOT_ARM), score("colour", ARM, NOT_ARM)
    (0.0, 0.0)
    """
    parts = words(name)
    matched = [weights[word] for word in parts if word in weights and _counts(word, parts)]
    if not matched or any(word in unwanted and word not in weights for word in parts):
        return 0.0
    strange = sum(not (word in weights or word in neutral or word.isdigit()) for word in parts)
    return max(0.0, max(matched) + 0.25 * (len(matched) - 1) - 3.0 * min(strange, 2))


def _counts(word: str, parts: Sequence[str]) -> bool:
    """A single letter means something only alone: ``T``, not ``stage_T``."""
    return len(word) > 1 or len(parts) == 1


def match_names(name: str) -> str:
    """A name in quotes, as a sentence can hold it."""
    return f"'{name}'" if len(name) <= 60 else f"'{name[:57]}...'"
