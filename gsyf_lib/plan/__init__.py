"""The annexes and code tables in; targets, tasks, duties and the calendar out: one ``Plan``."""
