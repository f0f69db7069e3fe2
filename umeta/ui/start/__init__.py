"""The Start page: one task followed from unlabelled drawings to a learner's answers, all computed beforehand."""
