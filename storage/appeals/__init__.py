"""What agents say of their hits: acknowledge, or appeal; and what becomes of an appeal.

`filing`: by the agent. `settling`: by the decision of a reviewer. `own`: what an agent is shown of themselves,
`choosing`: which of it.
"""

from storage.appeals.choosing import Place as Place
from storage.appeals.choosing import Which as Which
from storage.appeals.filing import acknowledge as acknowledge
from storage.appeals.filing import escalate as escalate
from storage.appeals.filing import file as file
from storage.appeals.own import OwnHit as OwnHit
from storage.appeals.own import OwnSession as OwnSession
from storage.appeals.own import charged_agents as charged_agents
from storage.appeals.own import own_hits as own_hits
from storage.appeals.own import own_session as own_session
from storage.appeals.records import Acknowledgement as Acknowledgement
from storage.appeals.records import Appeal as Appeal
from storage.appeals.records import get as get
from storage.appeals.records import listed as listed
from storage.appeals.records import of_case as of_case
from storage.appeals.records import upheld as upheld
from storage.appeals.settling import settle as settle
