"""An audit as a file: the pairs by their items' ids, and what a person said of them. It is taken up again from it."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Int

from umeta.partitions.audit import Audit, score
from umeta.stage import UserError

ANSWERS: dict[str, bool | None] = {"same": True, "different": False, "unsure": None}
COLUMNS: tuple[str, ...] = ("item_a", "item_b", "cluster", "judgement")


@dataclass(frozen=True, eq=False)
class JudgedPairs:
    """The pairs of an audit, and the answers so far: the first ones', in order."""

    pairs: Int[np.ndarray, "n_pairs 2"]
    answers: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether every pair is judged."""
        return len(self.answers) >= len(self.pairs)

    def score(self) -> Audit:
        """Return what the answers say."""
        return score([ANSWERS[answer] for answer in self.answers])

    def answered(self, answer: str) -> "JudgedPairs":
        """Return the audit with one more answer."""
        return self if self.done else replace(self, answers=(*self.answers, answer))

    def back(self) -> "JudgedPairs":
        """Return the audit without the last answer."""
        return replace(self, answers=self.answers[:-1])


def rows_of(
    judged: JudgedPairs, ids: Sequence[str], clusters: Int[np.ndarray, " n_items"]
) -> list[dict[str, Any]]:
    """Return one row per pair; pairs not judged yet have an empty judgement."""
    answers = [*judged.answers, *[""] * (len(judged.pairs) - len(judged.answers))]
    return [
        dict(zip(COLUMNS, (ids[a], ids[b], int(clusters[a]), answer), strict=True))
        for (a, b), answer in zip(judged.pairs.tolist(), answers, strict=True)
    ]


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_json(rows: Sequence[dict[str, Any]], about: dict[str, Any], audit: Audit) -> str:
    """Return the rows with what they are about and what they say."""
    noise = None if np.isnan(audit.noise) else audit.noise
    result = {"label_noise": noise, "ci95": [audit.low, audit.high], "same": audit.n_same}
    result |= {"different": audit.n_different, "unsure": audit.n_unsure}
    return json.dumps({**about, "result": result, "pairs": list(rows)}, indent=1)


def read_audit(content: bytes, ids: Sequence[str], clusters: Int[np.ndarray, " n_items"]) -> JudgedPairs:
    """Read an audit of this partition from CSV or JSON; judged pairs come first.

    Raises:
        UserError: it is no audit, or one of other images or of another partition.
    """
    rows = _rows(content)
    number_of = {name: number for number, name in enumerate(ids)}
    unknown = [row[key] for row in rows for key in COLUMNS[:2] if row[key] not in number_of]
    if unknown:
        raise UserError(
            f"The file judges {len(rows)} pairs, but image {unknown[0]!r} is not in this data set; choose the data set "
            "that the audit was made on."
        )
    rows.sort(key=lambda row: not row["judgement"])
    pairs = np.array([[number_of[row[key]] for key in COLUMNS[:2]] for row in rows], np.int64)
    first, second = clusters[pairs[:, 0]], clusters[pairs[:, 1]]
    apart = int(((first != second) | (first < 0)).sum())
    if apart:
        raise UserError(
            f"{apart} of the {len(pairs)} pairs in the file are not in one cluster of this partition; choose the "
            "encoder, partition and number of clusters that the audit was made on."
        )
    return JudgedPairs(pairs, tuple(row["judgement"] for row in rows if row["judgement"]))


def _rows(content: bytes) -> list[dict[str, str]]:
    """Return the file's rows, checked."""
    try:
        text = content.decode("utf-8-sig")
        is_json = text.lstrip().startswith("{")
        records = json.loads(text)["pairs"] if is_json else list(csv.DictReader(io.StringIO(text)))
        rows = [{key: str(row[key] or "") for key in ("item_a", "item_b", "judgement")} for row in records]
    except (ValueError, KeyError, TypeError) as problem:
        raise UserError(
            f"The file is no audit: it has no pairs with the columns {', '.join(COLUMNS)}. Give a CSV or JSON that was "
            "saved here."
        ) from problem
    unknown = [row["judgement"] for row in rows if row["judgement"] not in (*ANSWERS, "")]
    if unknown or not rows:
        raise UserError(
            f"The file is no audit: it has {len(rows)} pairs"
            + (f", one of them judged {unknown[0]!r}" if unknown else "")
            + f"; every judgement is {', '.join(ANSWERS)}, or empty."
        )
    return rows
