"""Discord's own OpenAPI document, asked whether an exchange that the emulator recorded is one that Discord would have.

Both sides are judged: what a client sent (discord.py and Troupe's own) and what the emulator answered.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

name = "discord-openapi.json"
root = "urn:discord"
# Of OAuth2 (RFC 6749 and 7009): Discord has them, its document leaves them out.
BESIDE = {"/oauth2/token", "/oauth2/token/revoke"}


def find() -> Path | None:
    """`DISCORD_OPENAPI`, or `shared/discord-openapi.json` beside the repository or beside a folder above it."""
    if named := os.environ.get("DISCORD_OPENAPI"):
        return Path(named)
    repository = Path(__file__).resolve().parents[3]
    candidates = [folder / "shared" / name for folder in (repository, *repository.parents)]
    return next((path for path in candidates if path.is_file()), None)


class Specification:
    def __init__(self, path: Path):
        self.document = json.loads(path.read_text())
        correct(self.document)
        resource = Resource.from_contents(self.document, default_specification=DRAFT202012)
        self.registry = Registry().with_resource(root, resource)
        self.validators: dict[str, Draft202012Validator] = {}
        self.paths = {shape(path): path for path in self.document["paths"]}

    def problems(self, exchange: dict[str, Any], numbers_as_ids: bool = False) -> list[str]:
        """What is wrong with an exchange, a sentence each; empty if nothing is.

        `numbers_as_ids`: accept ids that a client wrote as numbers. Discord does, its document does not say so.
        """
        template = exchange["route"].split(" ")[-1]
        path = self.paths.get(shape(template))
        method = exchange["method"].lower()
        if path is None or method not in self.document["paths"][path]:
            return [] if template in BESIDE else [f"Discord has no {exchange['method']} {template}"]
        pointer = f"/paths/{escaped(path)}/{method}"
        operation = self.document["paths"][path][method]
        found = []
        if exchange["status"] < 400:
            request = exchange.get("request")
            if isinstance(request, dict) and "payload_json" in request:
                request = request["payload_json"]  # the JSON part of an upload
            if numbers_as_ids:
                request = with_ids_as_text(request)
            found += self.check("request", pointer + "/requestBody", operation.get("requestBody"), request)
        code = self.response_code(operation, exchange["status"])
        if code is None:
            found.append(f"Discord does not answer {exchange['status']}")
        else:
            response, where = self.resolved(operation["responses"][code], f"{pointer}/responses/{code}")
            found += self.check("response", where, response, exchange.get("response"))
        return found

    def response_code(self, operation: dict[str, Any], status: int) -> str | None:
        return next((code for code in (str(status), f"{status // 100}XX", "default") if code in operation["responses"]), None)

    def resolved(self, value: dict[str, Any], where: str) -> tuple[dict[str, Any], str]:
        if "$ref" not in value:
            return value, where
        pointer = value["$ref"].removeprefix("#")
        target = self.document
        for part in pointer.split("/")[1:]:
            target = target[part.replace("~1", "/").replace("~0", "~")]
        return target, pointer

    def check(self, side: str, where: str, declared: dict[str, Any] | None, value: Any) -> list[str]:
        content = (declared or {}).get("content", {})
        if not content:
            return [f"{side}: Discord has no body here, found {json.dumps(value)[:200]}"] if value not in (None, "", {}) else []
        if value is None:
            required = side == "response" or (declared or {}).get("required", False)
            return [f"{side}: a body is needed"] if required and "application/json" in content else []
        kind = "application/json" if "application/json" in content else next(iter(content))
        if "schema" not in content[kind]:
            return []
        error = best_match(self.validator(f"{where}/content/{escaped(kind)}/schema").iter_errors(value))
        return [side + described(error)] if error else []

    def validator(self, pointer: str) -> Draft202012Validator:
        if pointer not in self.validators:
            reference = {"$ref": f"{root}#{pointer}"}
            self.validators[pointer] = Draft202012Validator(reference, registry=self.registry)
        return self.validators[pointer]


def correct(document: dict[str, Any]) -> None:
    """Where the document says other than Discord's documentation and Discord do, the latter two are right."""
    schemas = document["components"]["schemas"]
    # The codes of wrong fields are words (BASE_TYPE_REQUIRED), no numbers.
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = {
        "type": "object", "required": ["code", "message"], "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
    }
    # Purchases, gifts and test purchases are entitlements too.
    schemas["EntitlementTypes"] = {"type": "integer", "enum": [1, 2, 3, 4, 5, 6, 7, 8, 10]}
    # Permissions are sets of bits as text, in what is sent as in what is answered; numbers are taken too.
    for name in ("Create", "Update", "PatchRequestPartial"):
        schema = schemas[f"ApplicationCommand{name}" + ("" if name.endswith("Partial") else "Request")]
        number = schema["properties"]["default_member_permissions"]
        schema["properties"]["default_member_permissions"] = {"anyOf": [number, {"type": "string", "pattern": "^[0-9]+$"}]}
    # The list of what is for sale is missing.
    sku = {
        "type": "object", "required": ["id", "type", "application_id", "name", "slug", "flags"],
        "properties": {
            **{key: {"$ref": "#/components/schemas/SnowflakeType"} for key in ("id", "application_id")},
            **{key: {"type": "string"} for key in ("name", "slug")}, "flags": {"type": "integer"}, "type": {"enum": [2, 3, 5, 6]},
        },
    }
    answer = {"200": {"content": {"application/json": {"schema": {"type": "array", "items": sku}}}}}
    document["paths"].setdefault("/applications/{application_id}/skus", {"get": {"responses": answer}})


def with_ids_as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [with_ids_as_text(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        key: str(inner) if (key == "id" or key.endswith("_id")) and type(inner) is int else with_ids_as_text(inner)
        for key, inner in value.items()
    }


def described(error: ValidationError) -> str:
    """Where and what; of alternatives that all fail, what the nearest ones lack."""
    place = "".join("[]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    nearest = sorted(error.context or [], key=lambda inner: -len(inner.absolute_path))[:3]
    return f"{place}: {error.message[:300]}" + (f" — {'; '.join(described(inner) for inner in nearest)}" if nearest else "")


def shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
