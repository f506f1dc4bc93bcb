"""What people's decisions do to scores and counts. The inspection itself stays as it was.

`overrides`: hits that were overturned or restored. `counting`: hits of rules whose scores wait for people.
`cards`: what the sums come to without them.
"""

from storage.corrections.cards import Correction as Correction
from storage.corrections.cards import Rescore as Rescore
from storage.corrections.cards import correct as correct
from storage.corrections.cards import correct_new as correct_new
from storage.corrections.cards import counting_card as counting_card
from storage.corrections.cards import counting_cards as counting_cards
from storage.corrections.cards import of_inspections as of_inspections
from storage.corrections.overrides import Cause as Cause
from storage.corrections.overrides import Override as Override
from storage.corrections.overrides import in_force as in_force
from storage.corrections.overrides import overrides as overrides
from storage.corrections.overrides import overturn as overturn
from storage.corrections.overrides import overturned as overturned
from storage.corrections.overrides import restore as restore
