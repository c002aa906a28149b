"""A row of a frame in; a Chinese phrase out, in the plan's words for codes and numbers.

Other rooms write ``from gsyf_lib import wording`` and ``wording.percent(…)``.
"""

from gsyf_lib.vocabulary import *
from gsyf_lib.wording.figures import *
from gsyf_lib.wording.in_charts import *
from gsyf_lib.wording.numbers import *
from gsyf_lib.wording.readable import *
from gsyf_lib.wording.receipts import *
from gsyf_lib.wording.verdicts import *
