"""An .xlsx comes in; a clean copy for calamine, and what its values do not tell, go out.

The parts are found as Excel finds them, inspected, and packed anew (``repack``), so that calamine
reads what we inspected. The reading child (``submissions/open/worker``) does this, within its
limits. So that the child starts quickly, this package imports only the standard library.
"""
