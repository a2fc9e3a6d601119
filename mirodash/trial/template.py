"""A small made-up trial and its dictionary, to be downloaded and filled with one's own data."""

from __future__ import annotations

_CSV = """\
patient,arm,days,died,csf_pnfh_pg_ml,site,country,age,sex
MADE-UP-1,placebo,120,1,3950,FR-01,France,61,F
MADE-UP-2,drug,640,0,812.5,FR-01,France,58,M
MADE-UP-3,placebo,365,1,2210,FR-02,France,66,M
MADE-UP-4,drug,410,1,5120,FR-02,France,70,F
MADE-UP-5,placebo,640,0,<15.6,UK-01,UK,49,F
MADE-UP-6,drug,640,0,1475,UK-01,UK,55,M
MADE-UP-7,placebo,288,1,,UK-02,UK,63,M
MADE-UP-8,drug,502,0,930,UK-02,UK,52,F
"""

_TOML = """\
# THIS TRIAL IS MADE UP. Nobody in it exists. Replace both files with your own data.
#
# The dictionary of the file beside it: template.toml says what the columns of template.csv mean.
# Only the arm, the time and the event are necessary; leave out every line you do not need.

title = "MADE-UP trial, to be replaced by your own"

# true shows a loud SYNTHETIC badge on every page and slide. Write false for real participants.
synthetic = true

# Who is analysed, in a word: randomised, enrolled, per protocol.
population = "randomised"

description = "Eight invented participants that show how a file is written. Not evidence for anything."
source = "Made up. Write here where your data come from."

# Columns whose impossible cells may be left out, by your own decision. Times and events: these
# participants count as unusable. Biomarkers and factors: the cell is missing. The identifier: rows
# without one, and later rows of the same participant, are dropped. All are counted and shown.
# For example leave_out = ["days", "csf_pnfh_pg_ml"]
leave_out = []

# Which column holds what. The names must be those of the first row of the file.
[columns]
participant = "patient"   # never shown and never exported
arm = "arm"
site = "site"
country = "country"
# parameter = "OS"        # only for ADaM: which PARAMCD of ADTTE

# The values of the arm column.
[arms]
control = "placebo"
treated = "drug"

# How arms are called on screen.
[arms.labels]
placebo = "Placebo"
drug = "Drug"

# An endpoint; its key (here: death) stands in links. There can be several.
[endpoints.death]
label = "Death from any cause"
time = "days"             # a number from randomisation to the event or the end of follow-up, no date
event = "died"
event_value = 1           # which value of 'died' means that it happened
unit = "days"             # days, weeks, months or years
horizon = 600             # how far curves are shown, in that unit
origin = "randomisation"  # what time 0 is
singular = "death"
plural = "deaths"
event_free = "alive"

# A biomarker: a number measured at or before randomisation. Cells like <15.6 are beyond the limit of the
# assay; cells like <LLOQ need lower_limit.
[biomarkers.csf_pnfh_pg_ml]
label = "CSF pNFH"
short = "pNFH"
unit = "pg/mL"
scale = "log"             # log or linear
decimals = 0
lower_limit = 15.6
upper_limit = 20000
note = "Invented: when and how it was measured"
default_thresholds = [2000]
presets = [{ name = "2,000 invented", thresholds = [2000] }]

# Factors: what else is known at randomisation, to filter and to compare subgroups.
[factors.age]
label = "Age"
kind = "numeric"          # numeric or category
unit = "years"
decimals = 0
cut = 60                  # where subgroup tables split it

[factors.sex]
label = "Sex"
kind = "category"
levels = { F = "female", M = "male" }

# Randomisation was balanced within these columns; tests can be stratified by them.
[randomisation]
within = ["country"]
strata = ["country"]

# Any of the texts above in French.
[french]
"Death from any cause" = "décès toutes causes"
death = "décès"
deaths = "décès"
"""


def template_csv() -> str:
    """Eight made-up participants with every kind of column; ``template.csv``."""
    return _CSV


def template_toml() -> str:
    """The dictionary of the made-up trial, with every key it can have explained; ``template.toml``."""
    return _TOML
