"""Who a new account may be the successor of: candidates by blocking, each signal with its part, and a hard rule before it is shown."""

from openiru.detect.successors.judging import Standing as Standing
from openiru.detect.successors.judging import Successor as Successor
from openiru.detect.successors.profiles import Profile as Profile
from openiru.detect.successors.ranking import Successors as Successors
from openiru.detect.successors.signals import Family as Family
from openiru.detect.successors.signals import Signal as Signal
from openiru.detect.successors.signals import Strength as Strength
