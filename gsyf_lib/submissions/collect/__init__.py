"""Plan and findings in; workbooks for senders out: blank ones, and their own, faults marked."""
