from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Launch")


@_attrs_define
class Launch:
    """The command line that starts a configuration in one engine, or why none does.

    Attributes:
        engine (str): vllm, sglang, trtllm.
        version (str): Version of the engine whose arguments these are.
        pool (str): prefill or decode: of a disaggregated deployment; empty: it serves whole requests.
        command (str): For a shell, once on each server; empty: the engine cannot run the configuration.
        options (str): YAML file that the command names; empty: none is needed.
        notes (list[str]): What the command takes for granted.
        why_not (str): The rule of the engine that refuses; empty: none does.
    """

    engine: str
    version: str
    pool: str
    command: str
    options: str
    notes: list[str]
    why_not: str

    def to_dict(self) -> dict[str, Any]:
        engine = self.engine

        version = self.version

        pool = self.pool

        command = self.command

        options = self.options

        notes = self.notes

        why_not = self.why_not

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "engine": engine,
                "version": version,
                "pool": pool,
                "command": command,
                "options": options,
                "notes": notes,
                "why_not": why_not,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        engine = d.pop("engine")

        version = d.pop("version")

        pool = d.pop("pool")

        command = d.pop("command")

        options = d.pop("options")

        notes = cast(list[str], d.pop("notes"))

        why_not = d.pop("why_not")

        launch = cls(
            engine=engine,
            version=version,
            pool=pool,
            command=command,
            options=options,
            notes=notes,
            why_not=why_not,
        )

        return launch
