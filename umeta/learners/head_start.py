"""Where the last layer of MAML starts each task: from weights of each class number's own, or from the same for all.

Class numbers are given to a task's classes at random. A head that learned one start for each makes the answer depend on
which class got which number; one that starts alike for all does not.

Reference: Kao, Chiu, Chen, "MAML is a Noisy Contrastive Learner in Classification", ICLR 2022 (the zeroing trick);
Ye, Chao, "How to Train Your MAML to Excel in Few-Shot Classification", ICLR 2022 (UNICORN-MAML: one vector for all).
"""

from typing import Literal

import torch

from umeta.backbones import Weights

HeadStart = Literal["own", "zero", "shared"]
HEAD = ("head.weight", "head.bias")


@torch.no_grad()
def start_head(weights: Weights, how: HeadStart) -> None:
    """Give fresh weights a head that starts so, in place: `shared` repeats what was drawn for class 0."""
    for name in HEAD:
        if how == "zero":
            weights[name].zero_()
        elif how == "shared":
            weights[name].copy_(weights[name][:1].expand_as(weights[name]))


@torch.no_grad()
def keep_head_start(weights: Weights, how: HeadStart) -> None:
    """Change the gradients of the head, in place, such that an update leaves all classes the same start.

    Of one vector for all classes the gradient is the sum of theirs. A head that starts at zero is not learned: to set
    it to zero before each outer step, as the zeroing trick does, is to undo what an update made of it.
    """
    for gradient in (weights[name].grad for name in HEAD):
        if gradient is None or how == "own":
            continue
        if how == "zero":
            gradient.zero_()
        else:
            gradient.copy_(gradient.sum(0, keepdim=True).expand_as(gradient))
