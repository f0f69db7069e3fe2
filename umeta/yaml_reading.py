"""YAML as a person writes it, and the values of `key=value` words: plain YAML 1.2, of bounded size and depth.

Only what YAML 1.2 calls the core schema means something: `null`, `true`, `false`, decimal numbers. `yes`, `1:30` and
dates are text. A key stands once in a mapping, and is text.
"""

import math
import re
from pathlib import Path
from typing import Any

import yaml

from umeta.messages import shown
from umeta.stage import UserError

MAX_BYTES = 200_000
"""A longer file is no config: the longest of this package has 5,000."""
MAX_DEPTH = 20
MAX_VALUES = 20_000
"""Values of one text, those that aliases repeat counted each time."""
MAX_DIGITS = 18
"""Of a whole number; none of more is an option's."""
_CORE = {
    "null": re.compile(r"^(?:~|null|Null|NULL|)$"),
    "bool": re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    "int": re.compile(r"^[-+]?[0-9]+$"),
    "float": re.compile(
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
}
_TAG = "tag:yaml.org,2002:"


class _Reader(yaml.SafeLoader):
    """Composes nodes; scalars are told apart as in YAML 1.2, and nothing is nested deeper than `MAX_DEPTH`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # those of YAML 1.1 are not inherited
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Return the next node."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UserError(f"it is nested more than {MAX_DEPTH} deep")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


for _name, _pattern in _CORE.items():
    _Reader.add_implicit_resolver(_TAG + _name, _pattern, None)


def read_yaml(path: Path, what: str) -> dict[str, Any]:
    """Return the mapping in a YAML file.

    Args:
        path: The file.
        what: What it should hold, for the message, e.g. "a mapping of config sections".

    Raises:
        UserError: it cannot be read, is no text in UTF-8, no YAML, or holds something else.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UserError(f"it has more than {MAX_BYTES:,} bytes")
        content = _content(data.decode("utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"there is no file {path}.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read as YAML: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} cannot be read as YAML: byte {error.start} is not text in UTF-8. Save it in UTF-8."
        ) from None
    except (yaml.YAMLError, UserError) as error:
        raise UserError(f"{path} cannot be read as YAML: {_reason(error)}.") from None
    if not isinstance(content, dict):
        raise UserError(f"{path} holds {shown(content)}, not {what}.")
    return content


def read_value(text: str) -> Any:
    """Return the value of a `key=value` word; what is no YAML is text.

    Raises:
        UserError: it is YAML that is refused: a key twice, a number that is not finite, too many digits.
    """
    if len(text) > MAX_BYTES:
        raise UserError(f"{shown(text)} has more than {MAX_BYTES:,} characters; give it in a config file.")
    try:
        return _content(text)
    except yaml.YAMLError:
        return text
    except UserError as error:
        raise UserError(f"{shown(text)} is not understood: {_reason(error)}.") from None


def _content(text: str) -> Any:
    reader = _Reader(text)
    try:
        node = reader.get_single_node()
    except RecursionError:
        raise UserError(f"it is nested more than {MAX_DEPTH} deep") from None
    finally:
        reader.dispose()
    return None if node is None else _Values().of(node)


class _Values:
    """Makes values of nodes and counts them, those that aliases repeat too."""

    def __init__(self) -> None:
        self.count = 0
        self.open: set[int] = set()

    def of(self, node: yaml.Node) -> Any:
        """Return the value of a node."""
        self.count += 1
        if self.count > MAX_VALUES:
            raise UserError(f"it has more than {MAX_VALUES:,} values, those counted that aliases repeat")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self.open:
            raise UserError(f"line {_line(node)}: an alias stands in what it repeats")
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
                return self._mapping(node)
            if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
                return [self.of(item) for item in node.value]
        finally:
            self.open.remove(id(node))
        raise UserError(f"line {_line(node)}: the tag {shown(node.tag)} means nothing here")

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.of(key_node)
            if not isinstance(key, str):
                raise UserError(f"line {_line(key_node)}: the key {shown(key)} is not text; put it in quotes")
            if key in values:
                raise UserError(f"line {_line(key_node)}: the key {shown(key)} stands there twice")
            values[key] = self.of(value_node)
        return values


def _scalar(node: yaml.ScalarNode) -> Any:
    kind, text = node.tag.removeprefix(_TAG), node.value
    if kind == "str":
        return text
    if kind not in _CORE or not _CORE[kind].match(text):
        raise UserError(
            f"line {_line(node)}: {shown(text)} with the tag {shown(node.tag)} means nothing here"
        )
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        if len(text) > MAX_DIGITS:
            raise UserError(f"line {_line(node)}: {shown(text)} has more than {MAX_DIGITS} digits")
        return int(text)
    number = math.inf if text[-1].isalpha() else float(text)
    if not math.isfinite(number):
        raise UserError(f"line {_line(node)}: {shown(text)} is not a finite number")
    return number


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _reason(error: Exception) -> str:
    """Return on one line what is wrong."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())[:200].rstrip(".")
