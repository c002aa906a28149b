"""What is asked of the machine: whole files, the lock, processes that end with the one that
started them. Nothing here knows of injuries.
"""
