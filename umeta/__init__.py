"""umeta: unsupervised meta-learning, to look at and to take apart.

Unlabelled images become embeddings, embeddings become partitions, partitions become tasks, tasks train a
few-shot learner, and the learner is judged on saved test tasks beside every baseline. Each step is a package
of its own, in this order:

`data` → `encoders` → `projections`, `partitions` → `tasks` → `learners`, `baselines` → `evaluation` →
`runs` → `figures`

Importing umeta imports none of them.
"""

__version__ = "0.1.0"
