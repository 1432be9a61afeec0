"""openapi.yaml is valid, complete, and true of the running server."""

import json
import re

import pytest
import yaml
from openapi_spec_validator import validate

from service import CONTRACT, ROOT, make_zip, ion_text, npy

SUFFIXES = {
    "view": ["png", "json", "npy", "embedding.npy"],
    "segmentation": ["json", "csv", "tsv", "png", "npy", "tif", "geojson"],
    "representation": ["json", "npy"],
    "clustering": ["json", "csv", "tsv", "png", "tif", "geojson"],
    "embedding": ["json", "csv", "tsv", "png"],
    "diff": ["json", "csv", "tsv", "png"],
    "analysis": ["json", "html", "adata.zarr.zip", "sdata.zarr.zip"],
}
MEDIA = {
    "json": "application/json", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "png": "image/png", "tif": "image/tiff",
    "npy": "application/vnd.numpy.npy", "geojson": "application/geo+json", "html": "text/html",
    "adata.zarr.zip": "application/zip", "sdata.zarr.zip": "application/zip",
    "npz": "application/zip", "ome.tif": "image/tiff", "imzml.zip": "application/zip",
    "bundle.zip": "application/zip",
}


def media(response):
    return response.headers["Content-Type"].split(";")[0]


def test_the_contract_is_valid_openapi():
    validate(CONTRACT.document)


def test_the_server_serves_the_contract_of_the_repository(api):
    response = api.get("/openapi.yaml")
    assert media(response) == "application/yaml"
    assert yaml.safe_load(response.content) == CONTRACT.document


def test_every_route_of_the_source_is_documented_and_the_other_way_round():
    """Compares the routing tables in Sources/API with the paths of openapi.yaml."""
    routes = set()
    for file in (ROOT / "Sources/API").glob("*.swift"):
        for method, pattern in re.findall(r'Route\(\s*"([A-Z]+)",\s*"([^"]*)"', file.read_text()):
            routes.add((method, "/" + re.sub(r"\{\w+\}", "{}", pattern)))

    def plain(path):
        # A path with a suffix is the same route as the path without.
        path = re.sub(r"\.(\{suffix\}|png|zip)$", "", path)
        return re.sub(r"\{\w+\}", "{}", path)

    assert len(routes) > 20
    assert routes == {(method, plain(path)) for method, path in CONTRACT.operations()}


def test_every_documented_type_of_error_is_explained():
    """docs/errors.md has an entry for every type the source can answer, and no other."""
    slugs = set()
    for file in [*(ROOT / "Sources/API").rglob("*.swift"),
                 *(ROOT / "Sources/Workbench").rglob("*.swift"),
                 *(ROOT / "Sources/Store").rglob("*.swift")]:
        text = file.read_text()
        slugs |= set(re.findall(r'slug: "([a-z0-9-]+)"', text))
        slugs |= set(re.findall(r'"/errors/([a-z0-9-]+)\b', text))
    # Ternaries and statuses that are put together.
    slugs |= {"range", "precondition-failed"}
    explained = set(re.findall(r"^### ([a-z0-9-]+)$", (ROOT / "docs/errors.md").read_text(), re.M))
    http = {slug for slug in explained if slug.startswith("http-")}
    assert explained - http == slugs
    assert {f"http-{s}" for s in (400, 408, 413, 414, 417, 431, 500, 501, 503, 505)} <= http


def test_the_kinds_and_their_parameters_are_those_of_the_server(api):
    document = api.get("/v1").json()
    kinds = {kind["kind"]: kind for kind in document["kinds"]}
    schemas = CONTRACT.document["components"]["schemas"]
    assert list(kinds) == schemas["Kind"]["enum"]
    for name, kind in kinds.items():
        served = {k: v for k, v in kind["parameters"].items() if k != "$schema"}
        assert served == schemas[f"{name.capitalize()}Parameters"], name
        assert kind["formats"] == SUFFIXES[name]
    assert {s for forms in SUFFIXES.values() for s in forms} == set(
        next(p for p in CONTRACT.parameters("/v1/jobs/{id}/result.{suffix}")
             if p["name"] == "suffix")["schema"]["enum"])


def test_every_default_satisfies_its_own_schema():
    schemas = CONTRACT.document["components"]["schemas"]
    for name in SUFFIXES:
        for parameter, schema in schemas[f"{name.capitalize()}Parameters"]["properties"].items():
            assert "default" in schema, (name, parameter)
            if schema["default"] is None:
                assert "null" in schema["type"]
            else:
                CONTRACT.validate(schema, schema["default"])


def requests_of_everything(api, dataset, analysis):
    """For every documented operation at least one request that succeeds: (template, method, path,
    status, options)."""
    ds, an = dataset["id"], analysis["id"]
    inputs = analysis["inputs"]
    base, jobs = f"/v1/datasets/{ds}", "/v1/jobs"
    small = make_zip({"s - 10.00 u.txt": ion_text([[1, 2], [3, 4]])})
    other = make_zip({"s - 11.00 u.txt": ion_text([[1, 2], [3, 5]])})
    third = api.upload(make_zip({"s - 134.05 u.txt": ion_text([[9, 2], [3, 5]])})).json()["id"]
    yield "/", "GET", "/", 200, {}
    icon = re.search(r'/viewer/[^"]+\.svg', api.get("/").text).group(0)
    yield "/viewer/{version}/{file}", "GET", icon, 200, {}
    for path in ("/healthz", "/readyz", "/openapi.yaml", "/v1", "/v1/datasets", "/v1/jobs",
                 "/v1/session", "/v1/audit", "/metrics", "/v1/usage", "/v1/admin/status"):
        yield path, "GET", path, 200, {}
    yield "/v1/session", "DELETE", "/v1/session", 204, {}
    tus = {"Tus-Resumable": "1.0.0"}
    begin = {"headers": {**tus, "Upload-Length": "3"}}
    yield "/v1/uploads", "POST", "/v1/uploads", 201, begin
    upload = api.post("/v1/uploads", 201, **begin).headers["Location"]
    piece = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    yield "/v1/uploads/{id}", "PATCH", upload, 204, {"headers": piece, "data": b"abc"}
    yield "/v1/uploads/{id}", "GET", upload, 200, {"headers": tus}
    yield "/v1/uploads/{id}", "DELETE", upload, 204, {"headers": tus}
    yield "/v1/datasets", "POST", "/v1/datasets?name=a", 201, {"data": small}
    yield "/v1/datasets", "POST", "/v1/datasets", 200, {"data": small}
    yield "/v1/datasets/{id}", "PUT", "/v1/datasets/two.zip", 201, {"data": other}
    yield "/v1/datasets/{id}", "GET", base, 200, {}
    yield "/v1/datasets/{id}", "PATCH", f"/v1/datasets/{third}", 200, {"json": {"notes": "n"}}
    for suffix in ("", ".npz", ".npy", ".tif", ".ome.tif", ".imzml.zip"):
        key = ".{suffix}" if suffix else ""
        yield "/v1/datasets/{id}/images" + key, "GET", base + "/images" + suffix, 200, {}
    yield "/v1/jobs/{id}/bundle.zip", "GET", f"/v1/jobs/{an}/bundle.zip", 200, {}
    for suffix in ("", ".json", ".csv", ".tsv"):
        key = ".{suffix}" if suffix else ""
        yield "/v1/datasets/{id}/ions" + key, "GET", base + "/ions" + suffix, 200, {}
        yield ("/v1/datasets/{id}/colocalized" + key, "GET",
               base + f"/colocalized{suffix}?ion=134", 200, {})
    for suffix in ("", ".png", ".json", ".csv", ".npy", ".tif"):
        key = ".{suffix}" if suffix else ""
        yield "/v1/datasets/{id}/ions/{ion}" + key, "GET", base + "/ions/134" + suffix, 200, {}
    for suffix in ("", ".json", ".csv", ".tsv", ".png"):
        key = ".{suffix}" if suffix else ""
        yield "/v1/datasets/{id}/spectrum" + key, "GET", base + "/spectrum" + suffix, 200, {}
        yield ("/v1/datasets/{id}/spectrum" + key, "GET",
               base + f"/spectrum{suffix}?job={inputs['clustering']}&cluster=1", 200, {})
    yield "/v1/datasets/{id}/overlay.png", "GET", base + "/overlay.png?red=134", 200, {}
    body = {"dataset": ds, "kind": "analysis"}
    yield "/v1/jobs", "POST", jobs, 200, {"json": body}
    made = {"dataset": third, "kind": "segmentation", "parameters": {"seed": 1}}
    yield "/v1/jobs", "POST", jobs, 202, {"json": made}
    job = api.submit(third, "segmentation", {"seed": 1})["id"]
    api.wait(job)
    victim = api.submit(ds, "view", {"seed": 3, "epochs": 2000})["id"]
    for id_ in (an, job):
        yield "/v1/jobs/{id}", "GET", f"{jobs}/{id_}", 200, {}
        yield "/v1/jobs/{id}/events", "GET", f"{jobs}/{id_}/events", 200, {}
    yield ("/v1/jobs/{id}/annotations", "PATCH", f"{jobs}/{job}/annotations", 200,
           {"json": {"notes": "n", "clusters": {"1": {"name": "A", "color": "#ff0000"}}}})
    yield ("/v1/jobs/{id}/cancel", "POST", f"{jobs}/{victim}/cancel", 200, {})
    yield "/v1/jobs/{id}/result", "GET", f"{jobs}/{an}/result", 200, {}
    for kind, id_ in [*inputs.items(), ("analysis", an)]:
        for suffix in SUFFIXES[kind]:
            yield "/v1/jobs/{id}/result.{suffix}", "GET", f"{jobs}/{id_}/result.{suffix}", 200, {}
        yield "/v1/jobs/{id}/plots", "GET", f"{jobs}/{id_}/plots", 200, {}
    for entry in api.get(f"{jobs}/{inputs['clustering']}/plots").json()["plots"]:
        yield "/v1/jobs/{id}/plots/{name}.png", "GET", entry["href"], 200, {}
    yield "/v1/jobs/{id}", "DELETE", f"{jobs}/{job}", 204, {}
    yield "/v1/datasets/{id}", "DELETE", f"/v1/datasets/{third}?cancel=true", 204, {}


def test_every_documented_operation_succeeds_as_documented(api, dataset, analysis, start):
    # A session needs a token, which the shared server has not.
    closed = start()
    closed.token("ada").post("/v1/session", 204)
    walked = {("POST", "/v1/session")}
    for template, method, path, status, options in requests_of_everything(api, dataset, analysis):
        assert CONTRACT.template(path.split("?")[0]) == template, path
        response = api.request(method, path, status, **options)
        suffix = re.search(
            r"[./](json|[ct]sv|png|np[yz]|ome\.tif|tif|geojson|html|[as]data\.zarr\.zip|imzml\.zip|"
            r"bundle\.zip)(\?|$)", path)
        if suffix and response.ok:
            assert media(response) == MEDIA[suffix.group(1)], path
        if response.ok:
            walked.add((method, template))
        if method == "GET" and response.status_code == 200 and "/events" not in path:
            head = api.head(path, headers=options.get("headers"))
            assert head.headers["Content-Type"] == response.headers["Content-Type"]
    assert walked == CONTRACT.operations()


def test_options_allows_what_is_documented_and_nothing_else(api):
    """No method is possible that the contract does not have."""
    by_path = {}
    for method, path in CONTRACT.operations():
        by_path.setdefault(path, set()).add(method)
    for template, methods in sorted(by_path.items()):
        path = template.replace("{suffix}", "json")
        path = re.sub(r"\{\w+\}", "x", path)
        allow = set(re.split(r",\s*", api.request("OPTIONS", path, 204).headers["Allow"]))
        assert allow == methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()), template
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            response = api.request(method, path, 405)
            assert set(re.split(r",\s*", response.headers["Allow"])) == allow


@pytest.mark.parametrize("template", sorted(
    path for method, path in CONTRACT.operations() if method == "GET" and "{id}" in path))
def test_what_is_not_there_is_404(api, template):
    path = template.replace("{id}", "ds_nothing")
    path = path.replace("{suffix}", "npz" if "/images" in template else "json")
    path = path.replace("{ion}", "134").replace("{name}", "map")
    problem = api.problem("GET", path + ("?ion=1" if "coloc" in path else ""), 404, "not-found")
    assert problem["instance"] == path


def test_every_documented_query_parameter_is_taken_and_no_other(api, dataset, analysis):
    """A parameter that is not documented is refused, naming the nearest where one is near."""
    for method, template in sorted(CONTRACT.operations()):
        if not template.startswith("/v1") or method != "GET":
            continue
        known = [p["name"] for p in CONTRACT.parameters(template, "get") if p["in"] == "query"]
        job = analysis["inputs"]["embedding"]
        path = template.replace("{id}", dataset["id"] if "/datasets" in template else job)
        path = path.replace("{ion}", "134").replace("{name}", "umap")
        suffix = "png" if "/ions/" in template else "npz" if "/images" in template else "json"
        path = path.replace("{suffix}", suffix)
        if "result" in template:
            known = []
        problem = api.problem("GET", path + "?nonsense_here=1", 400, "bad-query")
        assert problem["errors"][0]["parameter"] == "nonsense_here"
        for name in known:
            misspelt = name + "x"
            problem = api.problem("GET", f"{path}?{misspelt}=1", 400, "bad-query")
            near = [e for e in problem["errors"] if e["parameter"] == misspelt]
            assert near and f'"{name}"' in near[0]["detail"], problem
            twice = api.problem("GET", f"{path}?{name}=1&{name}=1", 400, "bad-query")
            assert twice["errors"][0]["parameter"] == name


def test_impossible_forms_are_406_with_the_list(api, dataset, analysis):
    base = f"/v1/datasets/{dataset['id']}"
    for path, available in [
        (base + "/ions.png", ["json", "csv", "tsv"]),
        (base + "/spectrum.npy", ["json", "csv", "tsv", "png"]),
        (base + "/images.json", ["npz", "npy", "tif", "ome.tif", "imzml.zip"]),
        (f"/v1/jobs/{analysis['id']}/bundle.html", ["zip"]),
        (base + "/ions/134.html", ["png", "json", "csv", "npy", "tif"]),
        (f"/v1/jobs/{analysis['id']}/result.png", SUFFIXES["analysis"]),
        (f"/v1/jobs/{analysis['inputs']['diff']}/result.tif", SUFFIXES["diff"]),
        (f"/v1/jobs/{analysis['inputs']['view']}/result.csv", SUFFIXES["view"]),
    ]:
        problem = api.problem("GET", path, 406, "not-acceptable")
        assert problem["available"] == available, path
    for path, types in [
        (base + "/ions", ["application/json", "text/csv", "text/tab-separated-values"]),
        (base, ["application/json"]), ("/v1/datasets", ["application/json"]),
        ("/v1/jobs", ["application/json"]), ("/v1", ["application/json"]),
        (f"/v1/jobs/{analysis['id']}", ["application/json"]),
    ]:
        problem = api.problem(
            "GET", path, 406, "not-acceptable", headers={"Accept": "audio/ogg"})
        assert problem["available"] == types, path


def test_accept_chooses_the_form(api, dataset, analysis):
    path = f"/v1/datasets/{dataset['id']}/ions/134"
    for accept, expected in [
        (None, "image/png"), ("*/*", "image/png"), ("application/json", "application/json"),
        ("text/csv;q=0.5, application/vnd.numpy.npy", "application/vnd.numpy.npy"),
        ("image/tiff, image/png;q=0.1", "image/tiff"), ("text/*", "text/csv"),
    ]:
        response = api.get(path, headers={"Accept": accept})
        assert media(response) == expected, accept
        assert "accept" in response.headers["Vary"].lower()
    # The suffix wins over Accept.
    assert media(api.get(path + ".json", headers={"Accept": "image/png"})) == "application/json"
    result = f"/v1/jobs/{analysis['inputs']['segmentation']}/result"
    assert media(api.get(result)) == "application/json"
    assert media(api.get(result, headers={"Accept": "application/geo+json"})) == MEDIA["geojson"]
    assert npy(api.get(result, headers={"Accept": MEDIA["npy"]}).content).dtype == "<i4"


def test_examples_of_the_documentation_are_json(api):
    assert json.loads(api.get("/v1").content)["name"] == "seam"
