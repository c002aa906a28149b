"""Plan and figures in, ``JudgedPlan`` out: values, verdicts, chance, early warning, and what if."""
