"""What a trial is: participants, arms, endpoints and a data dictionary, read and checked once."""
