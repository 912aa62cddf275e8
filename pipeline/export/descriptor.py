"""Tables -> `datapackage.json`: Frictionless Table Schema with types, keys, foreign keys, a description for every column."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

from pipeline.tables import TABLES, Column, Table

_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", Decimal: "number", date: "date", datetime: "datetime",
}  # fmt: skip


def describe_package(formats: tuple[str, ...]) -> str:
    """The descriptor of one output folder as JSON text; its resources are the CSV files where there are any."""
    suffix = "csv" if "csv" in formats else "parquet"
    package = {
        "name": "vnpress",
        "title": "Facts read from Vietnamese press releases",
        "resources": [_resource(table, suffix) for table in TABLES.values()],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(table: Table, suffix: str) -> dict[str, object]:
    resource: dict[str, object] = {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.{suffix}",
        "description": table.meaning,
        "format": suffix,
        "mediatype": "text/csv" if suffix == "csv" else "application/vnd.apache.parquet",
        "schema": {
            "fields": [_field(c) for c in table.columns],
            "primaryKey": [table.key],
            "foreignKeys": [
                {
                    "fields": [c.name],
                    "reference": {"resource": "" if c.refers == table.name else c.refers, "fields": [_key(c.refers)]},
                }
                for c in table.columns
                if c.refers
            ],
        },
    }
    if suffix == "csv":
        resource |= {"encoding": "utf-8-sig", "dialect": {"csv": {"delimiter": ",", "doubleQuote": True}}}
    return resource


def _key(name: str) -> str:
    return TABLES[name].key


def _field(c: Column) -> dict[str, object]:
    described: dict[str, object] = {"name": c.name, "type": _TYPES[c.type], "description": c.meaning}
    constraints = {name: True for name, holds in (("required", _required(c)), ("unique", c.key)) if holds}
    return described | ({"constraints": constraints} if constraints else {})


def _required(c: Column) -> bool:
    """An empty string is a value (`repairs`), and in CSV an empty cell: only keys and other types can be required."""
    return not c.nullable and (c.type is not str or c.key or c.refers is not None)
