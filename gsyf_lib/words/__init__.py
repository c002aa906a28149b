"""The plan's words for codes and numbers, and phrases of them: a row of a frame in, text out.

``from gsyf_lib import words`` and ``words.percent(…)``: everything is asked for here.
"""

from gsyf_lib.vocabulary import *
from gsyf_lib.words.figures import *
from gsyf_lib.words.lists import *
from gsyf_lib.words.numbers import *
from gsyf_lib.words.readable import *
from gsyf_lib.words.receipts import *
from gsyf_lib.words.selection import *
from gsyf_lib.words.verdicts import *
