"""The schemas themselves: valid, described in two languages, in step with the code."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from mrv.language.model import ColumnType, Role, Status
from mrv.language.naming import NAME_PATTERN, WORD_PATTERN
from mrv.language.structure import schema


@pytest.mark.parametrize("name", ["methodology", "cases"])
def test_schema_is_valid(name):
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", ["methodology", "cases"])
def test_every_property_is_described_in_two_languages(name):
    pending, seen = [schema(name)], 0
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending += item
        elif isinstance(item, dict):
            pending += item.values()
            declared = item.get("properties", {})
            if "description" in declared:  # the block that is itself called properties
                continue
            for key, value in declared.items():
                zh, _, en = value.get("description", "").partition(" / ")
                assert zh, key
                assert en, key
                assert not zh.isascii(), key
                seen += 1
    assert seen >= (70 if name == "methodology" else 10)


def test_schema_and_code_agree():
    methodology = schema("methodology")
    defs = methodology["$defs"]
    assert defs["name"]["pattern"] == NAME_PATTERN == schema("cases")["$defs"]["name"]["pattern"]
    assert defs["word"]["pattern"] == WORD_PATTERN
    assert tuple(methodology["properties"]["status"]["enum"]) == Status.__args__
    assert tuple(defs["result"]["properties"]["role"]["enum"]) == Role.__args__
    kinds = set(defs["column"]["properties"]["type"]["enum"])
    assert kinds == set(ColumnType.__args__) - {"quantity", "word", "ref"}
