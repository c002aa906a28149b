"""Plan and findings in; workbooks for senders out: blank ones, and their own, faults marked."""

from gsyf_lib.submissions.collect.marked import write_marked
from gsyf_lib.submissions.collect.template import write_templates

__all__ = ["write_marked", "write_templates"]
