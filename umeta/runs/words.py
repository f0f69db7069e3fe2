"""The words of a command line, `key=value`: what they mean does not depend on their order, and none is dropped."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from umeta.messages import cut, shown
from umeta.stage import Config, UserError
from umeta.yaml_reading import read_value

log = logging.getLogger(__name__)

Options = dict[str, Any]


@dataclass(frozen=True)
class Word:
    """One `key=value`: `section=value`, or `section.option=value`."""

    section: str
    option: str
    """Empty for a word that gives the whole section."""
    value: Any
    text: str
    """As it was typed."""


def parse_words(words: Iterable[str], *, named: Collection[str]) -> list[Word]:
    """Return words in the order in which they are applied: whole sections first.

    Args:
        words: As typed.
        named: The sections that hold a method, whose value is its name; `section.name=` is the same as `section=`.

    Raises:
        UserError: a word is no key=value, or two give one key different values.
    """
    parsed: dict[tuple[str, str], Word] = {}
    for text in words:
        key, equals, value_text = text.partition("=")
        section, dot, option = key.partition(".")
        if not equals or not section or bool(dot) != bool(option):
            raise UserError(f"{shown(text)} is no key=value.")
        names_method = section in named and option in ("", "name")
        value = value_text if names_method else read_value(value_text)
        word = Word(section, "" if names_method else option, value, text)
        before = parsed.setdefault((word.section, word.option), word)
        if before.value != word.value or type(before.value) is not type(word.value):
            raise UserError(
                f"{cut(key)} is given twice, as {cut(before.text)} and as {cut(text)}; give one of them."
            )
    return sorted(parsed.values(), key=lambda word: word.option != "")


def lay_over(
    base: Mapping[str, Any], words: Iterable[Word], *, named: Collection[str], single: Collection[str]
) -> Options:
    """Lay parsed words over the options of a config file: a whole section replaces the file's, an option one value.

    What a whole section takes out of the file's is logged as a warning.

    Args:
        base: Options by section.
        words: Whole sections first, as `parse_words` returns them.
        named: The sections that hold a method.
        single: The sections that hold one value and have no options.

    Raises:
        UserError: options of a section that has none, a section of options without any, or an option given twice.
    """
    options, given = dict(base), set()
    for word in words:
        if word.section in single:
            if word.option:
                raise UserError(f"{cut(word.text)}: {word.section} is one value, without options.")
            options[word.section] = word.value
        elif word.option:
            own = options_of(word.section, options.get(word.section))
            if (word.section, word.option) in given and own[word.option] != word.value:
                raise UserError(
                    f"{word.section}.{cut(word.option)} is given twice, as {shown(own[word.option])} and as "
                    f"{shown(word.value)}; give one of them."
                )
            options[word.section] = {**own, word.option: word.value}
        else:
            _warn_of_lost_options(word, options.get(word.section))
            whole = {"name": word.value} if word.section in named else options_of(word.section, word.value)
            options[word.section] = whole
            given |= {(word.section, option) for option in whole}
    return options


def options_of(section: str, value: Any) -> Options:
    """Return a section's options, from a method's name, a mapping or a built config.

    Raises:
        UserError: it is something else.
    """
    if value is None:
        return {}
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, Config):
        return value.model_dump()
    if not isinstance(value, Mapping):
        raise UserError(
            f"{section}={shown(value)} is not understood: {section} has options, e.g. {section}.KEY=VALUE."
        )
    return dict(value)


def _warn_of_lost_options(word: Word, before: Any) -> None:
    lost = {key: value for key, value in options_of(word.section, before).items() if key != "name"}
    if lost:
        again = " ".join(f"{word.section}.{key}={value}" for key, value in lost.items())
        log.warning(
            "%s puts %s back to its defaults, and leaves out what the config file sets: %s",
            cut(word.text),
            word.section,
            cut(again),
        )
