"""The reference page on promises, written from the kinds and the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.promises.pattern import FAR, NEAR, WIDE
from bandeau.audit.promises.rules import GROUPS, LANGUAGES, NEEDED, Kind, kinds, language

_TOP = """\
# Promises

Written by `.venv/bin/python scripts/promises`; do not edit it. Every kind of promise that `bandeau audit` reads in a
notice and holds against what it saw. `bandeau audit --notice FILE` does the reading alone, of saved text or HTML.

A promise is quoted as it stands, a sentence at a time, and nothing is inferred: what no rule recognises is listed as
unread. There is no model behind it, only lists of phrases: who doubts a reading finds the line that made it. A
question promises nothing, but is read together with the sentence that answers it; nor does what is denied promise, or
what the notice does not guarantee; nor do sentences about other sites, the law, or cookies to be eaten. What follows an
"except" is read along, where it counts.

The verdicts are *kept* (as far as this visit saw), *broken* (with the evidence) and *not testable here* (with the
reason). What was set, read or contacted without consent is not judged a second time: [findings](findings.md) say it.

## Kinds
"""

_RULES = f"""\
## How rules are written

The rules of a language are one file, `src/bandeau/audit/promises/rules/<code>.toml`. Case, accents, apostrophes and
hyphens do not count: *l’accord* is the two words `l` and `accord`. `[lists]` holds phrases by name; the groups
{", ".join(f"`[{group}]`" for group in GROUPS)} hold those whose names become what a promise says. A rule is met where
one of its patterns in `say` is met in a sentence, all of `also`, and none of `unless`.

| in a pattern | means |
|---|---|
| `word`, `wor*` | this word, a word that begins so |
| `a\\|b`, `<name>` | one of several, a phrase of the list or group of that name |
| `word?`, `<name>?` | or nothing |
| `..`, `...` | up to {NEAR}, up to {FAR} words, whatever they are |
| `#time`, `#count`, `#name` | a number and a unit of time, a number, a proper name |
| `a .. b & c` | several such rows, in any order, none more than {WIDE} words from the others |

A pattern that asks for a "not" (`<not>`, or a word of that list) is met as it stands; any other is void where a "not"
stands within it or shortly before it. There are no regular expressions, so that reading takes time in proportion to
the text, whoever wrote it.

```toml
[[rule]]
kind = "no-sale"
say = ["<not> sell|sold|selling", "<not> be sold"]
unless = ["do not sell my"]
examples = ["We do not sell your personal data.", "Your data is never sold."]
```

`examples` are tests: each must be read as a promise of the rule's kind.

## Adding a language

1. Copy the file of a near language. Every language has the lists {", ".join(f"`{name}`" for name in NEEDED)}; the
   reading itself asks for them.
2. Write the rules: each kind at least once, each rule with its examples. Begin with what is denied and what is void:
   a promise that is missed is listed as unread, a promise that is invented is a false charge.
3. Name the language in `LANGUAGES` in `rules.py`. The tests then hold it to its examples, to every kind, and to
   Bandeau's own notice in that language.
4. Write at least ten notices and three texts that promise nothing for `tests/audit/promises/corpus`. Let somebody
   else write the part that is set aside, before there is a rule, and measure with `benchmarks/promises.py`.
"""


def page() -> str:
    """Give the page."""
    return "\n".join((_TOP, *(line for kind in kinds().values() for line in _kind(kind)), _RULES))


def _kind(kind: Kind) -> Iterator[str]:
    yield f"### `{kind.name}`\n"
    yield f"{kind.means}\n"
    yield f"- says: {kind.says}"
    yield f"- held against: {kind.held}"
    for code in LANGUAGES:
        rule = next(rule for rule in language(code).rules if rule.kind == kind.name)
        yield f"- {code}: {rule.examples[0]}"
    yield ""
