"""openapi.yaml as a judge of answers."""

import re

import jsonschema
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


class Contract:
    """Finds the operation of a request and compares an answer with what is documented."""

    METHODS = ("get", "put", "post", "patch", "delete")
    #: What HTTP itself and the guard of open mode may answer anywhere (the `default` answer).
    GENERAL = {400, 401, 403, 405, 408, 412, 413, 414, 417, 421, 429, 431, 500, 501, 503, 505}

    def __init__(self, path):
        self.document = yaml.safe_load(path.read_text())
        resource = Resource(contents=self.document, specification=DRAFT202012)
        self.registry = Registry().with_resource("urn:contract", resource)
        self.routes = sorted(
            ((self._pattern(p), p) for p in self.document["paths"]),
            key=lambda entry: -len(re.sub(r"\{\w+\}", "", entry[1])))
        self._validators = {}

    def resolve(self, node):
        """A node or what its `$ref` names."""
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def parameters(self, path, method=None):
        """The parameters of a path, with those of one of its methods."""
        item = self.document["paths"][path]
        found = item.get("parameters", []) + (item[method].get("parameters", []) if method else [])
        return [self.resolve(p) for p in found]

    def _pattern(self, path):
        kinds = {p["name"]: p["schema"] for p in self.parameters(path) if p["in"] == "path"}

        def part(match):
            words = kinds[match.group(1)].get("enum")
            return "(?:" + "|".join(words) + ")" if words else "[^/]+"

        pieces = re.split(r"(\{\w+\})", path)
        return re.compile("".join(
            re.sub(r"\{(\w+)\}", part, p) if p.startswith("{") else re.escape(p) for p in pieces))

    def template(self, path):
        """The documented path of a request's path, or None."""
        return next((t for pattern, t in self.routes if pattern.fullmatch(path)), None)

    def operations(self):
        """All documented (method, path)."""
        return {(m.upper(), p) for p, item in self.document["paths"].items()
                for m in self.METHODS if m in item}

    def validate(self, schema, value):
        """Compares a value with a schema that may refer to the document's components."""
        key = id(schema)
        if key not in self._validators:
            rooted = self._absolute(schema)
            self._validators[key] = (
                jsonschema.Draft202012Validator(rooted, registry=self.registry), schema)
        self._validators[key][0].validate(value)

    def _absolute(self, node):
        if isinstance(node, dict):
            return {k: "urn:contract" + v if k == "$ref" else self._absolute(v)
                    for k, v in node.items()}
        return [self._absolute(v) for v in node] if isinstance(node, list) else node

    def check(self, method, path, response):
        """Fails where an answer is not as documented."""
        where = f"{method} {path} -> {response.status_code}"
        assert response.headers.get("X-Request-Id"), f"{where}: no X-Request-Id"
        if response.status_code >= 400:
            self._check_problem(where, method, response)
        template = self.template(path)
        operation = self.document["paths"].get(template, {}).get(
            "get" if method == "HEAD" else method.lower())
        if operation is None:
            assert response.status_code in self.GENERAL | {404, 406, 204}, f"{where}: not documented"
            return
        documented = operation["responses"].get(str(response.status_code))
        if documented is None:
            assert response.status_code in self.GENERAL, f"{where}: this status is not documented"
            documented = operation["responses"]["default"]
        self._check_answer(where, method, self.resolve(documented), response)

    def _check_problem(self, where, method, response):
        media = response.headers.get("Content-Type", "")
        assert media == "application/problem+json", f"{where}: an error as {media!r}"
        if method == "HEAD":
            return
        body = response.json()
        self.validate(self.document["components"]["schemas"]["Problem"], body)
        assert body["status"] == response.status_code, where
        assert body["request_id"] == response.headers["X-Request-Id"], where

    def _check_answer(self, where, method, documented, response):
        for name, header in documented.get("headers", {}).items():
            header = self.resolve(header)
            value = response.headers.get(name)
            assert value is not None or not header.get("required"), f"{where}: no {name}"
            if value is not None:
                number = header["schema"]["type"] == "integer"
                self.validate(header["schema"], int(value) if number else value)
        content = documented.get("content")
        if not content:
            assert not response.content, f"{where}: a body where none is documented"
            return
        media = response.headers.get("Content-Type", "").split(";")[0].strip()
        assert media in content or "*/*" in content, f"{where}: {media!r} is not documented"
        if method != "HEAD" and media.endswith("json") and media in content:
            self.validate(content[media]["schema"], response.json())
