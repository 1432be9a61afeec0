"""One client of the crash test: does random things, and knows what was acknowledged.

What a request that broke off did is unknown: it is noted as such and looked up after the restart. What
was answered is known, and must hold for ever.
"""

import hashlib
import random
import time
import uuid

import numpy as np
import requests

from service import ion_text, make_zip, npy, seam

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
FINAL = ("succeeded", "failed", "cancelled")
# Why a job may fail here; the end of the process is never a reason.
ALLOWED_FAILURES = {"too-few-cells", "input-failed", "unsuitable-data", "invalid-parameter"}
KINDS = [("segmentation", {}), ("view", {"epochs": 2}), ("view", {"epochs": 40}),
         ("representation", {"method": "mean"}), ("diff", {})]


class Broken(Exception):
    """The connection ended before the answer."""


class Client:
    """A client with an owner and a token of its own."""

    MOST_DATASETS = 8

    def __init__(self, number, seed, data):
        self.owner = f"client{number}"
        self.random = random.Random(f"{seed} {number}")
        self.numpy = np.random.default_rng([seed, number])
        self.data = data
        self.datasets = {}   # id -> {"sha", "names": possible names, "cube"}
        self.jobs = {}       # id -> {"dataset", "states": possible final ones or None, "hash"}
        self.uploads = {}    # path -> {"body", "low", "high"}: the bytes that count are between
        self.imports = {}    # job -> (body, cube): uploads that were taken to be imported later
        self.tokens = {}     # text -> whether it is valid
        self.unsure = []     # what a broken request may have done: ("upload", …), ("job", …), …
        self.doubtful = set()  # ids that a broken request may have deleted
        self.counts = {}
        self.interruptions = {}  # job -> how often the end of the process interrupted it
        done = seam("token", "create", "--owner", self.owner, "--role", "member",
                    "--data-dir", data)
        assert done.returncode == 0, done.stderr
        self.token = done.stdout.strip()

    # Requests

    def connect(self, url):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = "Bearer " + self.token

    def request(self, method, path, allowed, **options):
        """An answer of one of these statuses; `Broken` where none came whole."""
        try:
            answer = self.session.request(method, self.url + path, timeout=60, **options)
            answer.content
        except requests.RequestException as error:
            raise Broken(str(error)) from error
        assert answer.status_code in allowed, (
            f"{method} {path}: {answer.status_code} is none of {allowed}: {answer.text[:600]}")
        return answer

    def step(self):
        """Does one random thing."""
        deeds = [(self.upload, 16), (self.begin_upload, 8), (self.append, 16),
                 (self.end_upload, 3), (self.submit, 24), (self.put_off, 5), (self.cancel, 7), (self.look, 12),
                 (self.rename, 6), (self.delete_job, 4), (self.delete_dataset, 5),
                 (self.make_token, 1), (self.revoke_token, 1)]
        deed = self.random.choices([d for d, _ in deeds], [w for _, w in deeds])[0]
        if len(self.datasets) > self.MOST_DATASETS:
            deed = self.delete_dataset
        deed()
        self.counts[deed.__name__] = self.counts.get(deed.__name__, 0) + 1

    def section(self):
        """A small new section: its archive and its images."""
        cube = self.numpy.poisson(
            self.numpy.choice([3, 120], (3, 14, 14)) + 1)
        name = uuid.UUID(int=self.random.getrandbits(128)).hex[:8]
        body = make_zip({f"{name} - {m}.05 u.txt": ion_text(cube[i].tolist())
                         for i, m in enumerate((60, 97, 134))})
        return body, cube, name

    # Datasets

    def keep(self, document, body, cube):
        assert document["sha256"] == hashlib.sha256(body).hexdigest()
        self.datasets[document["id"]] = {
            "sha": document["sha256"], "names": {document["name"]}, "cube": cube}

    def upload(self):
        body, cube, name = self.section()
        try:
            answer = self.request("POST", f"/v1/datasets?name={name}", (201,), data=body)
        except Broken:
            self.unsure.append(("upload", body, cube))
            raise
        self.keep(answer.json(), body, cube)

    def put_off(self):
        """An upload whose import nobody waits for."""
        body, cube, name = self.section()
        try:
            answer = self.request("POST", f"/v1/datasets?name={name}", (202,), data=body,
                                  headers={"Prefer": "respond-async"})
        except Broken:
            self.unsure.append(("upload", body, cube))
            raise
        self.imports[answer.json()["id"]] = (body, cube)

    def rename(self):
        if not self.datasets:
            return
        id_ = self.random.choice(sorted(self.datasets))
        name = f"n{self.random.randrange(10**6)}"
        try:
            self.request("PATCH", f"/v1/datasets/{id_}", (200,), json={"name": name})
        except Broken:
            self.datasets[id_]["names"].add(name)
            raise
        self.datasets[id_]["names"] = {name}

    def delete_dataset(self):
        if not self.datasets:
            return
        id_ = self.random.choice(sorted(self.datasets))
        try:
            self.request("DELETE", f"/v1/datasets/{id_}?cancel=true", (204,))
        except Broken:
            self.doubtful.add(id_)
            raise
        self.forget_dataset(id_)

    def forget_dataset(self, id_):
        del self.datasets[id_]
        self.jobs = {j: v for j, v in self.jobs.items() if v["dataset"] != id_}

    # Resumable uploads

    def begin_upload(self):
        if len(self.uploads) > self.MOST_DATASETS:
            return self.end_upload()
        body, cube, _ = self.section()
        answer = self.request(
            "POST", "/v1/uploads", (201,), headers={**TUS, "Upload-Length": str(len(body))})
        self.uploads[answer.headers["Location"]] = {
            "body": body, "cube": cube, "low": 0, "high": 0}

    def append(self):
        open_ = [p for p, u in sorted(self.uploads.items()) if u["low"] < len(u["body"])]
        if not open_:
            return self.end_upload()
        path = self.random.choice(open_)
        upload = self.uploads[path]
        end = min(len(upload["body"]), upload["low"] + self.random.randrange(1, 1500))
        try:
            answer = self.request(
                "PATCH", path, (204,), data=upload["body"][upload["low"]:end],
                headers={**PIECE, "Upload-Offset": str(upload["low"])})
        except Broken:
            upload["high"] = end
            raise
        assert int(answer.headers["Upload-Offset"]) == end
        upload["low"] = upload["high"] = end

    def end_upload(self):
        """Makes a whole upload a dataset, or gives one up."""
        if not self.uploads:
            return
        path = self.random.choice(sorted(self.uploads))
        upload = self.uploads[path]
        whole = upload["low"] == len(upload["body"])
        try:
            if whole:
                id_ = path.rsplit("/", 1)[1]
                # 200: an earlier try broke off after it was done.
                answer = self.request("POST", f"/v1/datasets?upload={id_}", (200, 201))
                assert (answer.status_code == 200) == (answer.json()["id"] in self.datasets)
            else:
                self.request("DELETE", path, (204,), headers=TUS)
        except Broken:
            self.doubtful.add(path)
            if whole:
                self.unsure.append(("upload", upload["body"], upload["cube"]))
            raise
        if whole:
            self.keep(answer.json(), upload["body"], upload["cube"])
        del self.uploads[path]

    # Jobs

    def submit(self):
        if not self.datasets:
            return self.upload()
        dataset = self.random.choice(sorted(self.datasets))
        kind, parameters = self.random.choice(KINDS)
        if self.random.random() < 0.7:
            parameters = {**parameters, "seed": self.random.randrange(50)}
        self.post_job(dataset, kind, parameters, f"k{self.random.getrandbits(64)}")

    def post_job(self, dataset, kind, parameters, key):
        body = {"dataset": dataset, "kind": kind, "parameters": parameters}
        try:
            answer = self.request(
                "POST", "/v1/jobs", (200, 202, 422), json=body, headers={"Idempotency-Key": key})
        except Broken:
            self.unsure.append(("job", dataset, kind, parameters, key))
            raise
        if answer.status_code != 422:  # such as no seed for this kind
            self.saw(answer.json())

    def saw(self, document):
        """Notes a job as an answer shows it; what has ended stays."""
        known = self.jobs.setdefault(
            document["id"], {"dataset": document["dataset"], "states": None, "hash": None})
        state = document["state"]
        self.interruptions[document["id"]] = document["interruptions"]
        if known["states"] is not None:
            assert state in known["states"], (document, known)
        if state in FINAL:
            known["states"] = {state}
        if state == "failed":
            type_ = document["error"]["type"].rsplit("/", 1)[1]
            assert type_ in ALLOWED_FAILURES, document
        return state

    def cancel(self):
        open_ = [j for j, v in sorted(self.jobs.items()) if v["states"] is None]
        if not open_:
            return
        id_ = self.random.choice(open_)
        answer = self.request("POST", f"/v1/jobs/{id_}/cancel", (200, 409))
        if answer.status_code == 409:  # it has ended
            answer = self.request("GET", f"/v1/jobs/{id_}", (200,))
        assert self.saw(answer.json()) in FINAL

    def delete_job(self):
        if not self.jobs:
            return
        id_ = self.random.choice(sorted(self.jobs))
        try:
            # 409: it runs, or others use it.
            answer = self.request("DELETE", f"/v1/jobs/{id_}", (204, 409))
        except Broken:
            self.doubtful.add(id_)
            raise
        if answer.status_code == 204:
            del self.jobs[id_]

    def look(self):
        """Reads a job, and the result of one that has one."""
        if not self.jobs:
            return
        id_ = self.random.choice(sorted(self.jobs))
        if self.saw(self.request("GET", f"/v1/jobs/{id_}", (200,)).json()) == "succeeded":
            content = self.request("GET", f"/v1/jobs/{id_}/result.json", (200,)).content
            found = hashlib.sha256(content).hexdigest()
            assert self.jobs[id_]["hash"] in (None, found), f"the result of {id_} changed"
            self.jobs[id_]["hash"] = found

    # Tokens

    def make_token(self):
        done = seam("token", "create", "--owner", self.owner, "--role", "reader",
                    "--data-dir", self.data)
        assert done.returncode == 0, done.stderr
        self.tokens[done.stdout.strip()] = True

    def revoke_token(self):
        valid = sorted(t for t, v in self.tokens.items() if v)
        if not valid:
            return
        text = self.random.choice(valid)
        id_ = "tok_" + text.split("_")[1]
        done = seam("token", "revoke", id_, "--data-dir", self.data)
        assert done.returncode == 0, done.stderr
        self.tokens[text] = False

    # After a restart

    def verify(self):
        """Compares everything with the server; resolves what was unknown."""
        self.verify_imports()
        stored = {d["id"]: d for d in self.items("/v1/datasets?limit=500&owner=" + self.owner)}
        for id_ in [d for d in self.doubtful if d.startswith("ds_")]:
            if id_ not in stored:
                self.forget_dataset(id_)
        self.adopt(stored)
        assert set(stored) == set(self.datasets), (
            f"lost {set(self.datasets) - set(stored)}, unknown {set(stored) - set(self.datasets)}")
        for id_, document in stored.items():
            known = self.datasets[id_]
            assert document["name"] in known["names"] and document["ion_count"] == 3
            known["names"] = {document["name"]}
        for id_ in self.random.sample(sorted(stored), min(2, len(stored))):
            self.verify_images(id_)
        self.verify_uploads()
        self.verify_jobs()
        self.verify_tokens()
        self.doubtful = set()

    def items(self, path):
        items = []
        while path:
            page = self.request("GET", path, (200,)).json()
            items += page["items"]
            path = page["next"]
        return items

    def adopt(self, stored):
        """Datasets of uploads that broke off: whole or not there."""
        by_sha = {d["sha256"]: d for d in stored.values()}
        rest = []
        for entry in self.unsure:
            if entry[0] != "upload":
                rest.append(entry)
                continue
            document = by_sha.get(hashlib.sha256(entry[1]).hexdigest())
            if document:
                self.keep(document, entry[1], entry[2])
                self.verify_images(document["id"])
        self.unsure = rest

    def verify_imports(self):
        """Every import ends, and those that were acknowledged with their datasets."""
        while any(j["owner"] == self.owner and j["state"] not in FINAL
                  for j in self.items("/v1/jobs?kind=import&limit=500")):
            time.sleep(0.02)
        for id_, (body, cube) in list(self.imports.items()):
            job = self.request("GET", f"/v1/jobs/{id_}", (200,)).json()
            assert job["state"] == "succeeded", job
            answer = self.request("GET", f"/v1/datasets/{job['dataset']}", (200,))
            self.keep(answer.json(), body, cube)
            self.verify_images(job["dataset"])
            del self.imports[id_]

    def verify_images(self, id_):
        for ion, image in zip(("60.05", "97.05", "134.05"), self.datasets[id_]["cube"]):
            answer = self.request("GET", f"/v1/datasets/{id_}/ions/{ion}.npy", (200,))
            assert np.array_equal(npy(answer.content), image), f"ion {ion} of {id_}"

    def verify_uploads(self):
        for path, upload in list(self.uploads.items()):
            answer = self.request("HEAD", path, (200, 404), headers=TUS)
            if answer.status_code == 404:
                assert path in self.doubtful, f"{path} is lost"
                del self.uploads[path]
                continue
            offset = int(answer.headers["Upload-Offset"])
            assert upload["low"] <= offset <= upload["high"], (path, offset, upload["low"])
            upload["low"] = upload["high"] = offset

    def verify_jobs(self):
        for entry in self.unsure:
            _, dataset, kind, parameters, key = entry
            if dataset in self.datasets:
                self.post_job(dataset, kind, parameters, key)
        self.unsure = []
        stored = {j["id"]: j for j in self.items("/v1/jobs?limit=500")
                  if j["dataset"] in self.datasets and j["kind"] != "import"}
        for id_ in list(self.jobs):
            if id_ not in stored:
                assert id_ in self.doubtful, f"job {id_} is lost"
                del self.jobs[id_]
        seen = {}
        for id_, document in stored.items():
            self.saw(document)
            if document["state"] not in ("failed", "cancelled"):
                same = (document["dataset"], document["kind"], str(document["parameters"]),
                        str(document["inputs"]))
                assert seen.setdefault(same, id_) == id_, f"{id_} was made twice: {seen[same]}"

    def verify_tokens(self):
        for text, valid in self.tokens.items():
            try:
                answer = requests.get(self.url + "/v1/datasets?limit=1", timeout=60,
                                      headers={"Authorization": "Bearer " + text})
            except requests.RequestException as error:
                raise Broken(str(error)) from error
            assert answer.status_code == (200 if valid else 401), text.split("_")[1]
        # Once is enough: wrong tokens slow their address down.
        for text in [t for t, valid in self.tokens.items() if not valid]:
            del self.tokens[text]

    def unfinished(self):
        """Jobs of this client that have not ended."""
        return [j["id"] for j in self.items("/v1/jobs?limit=500")
                if (j["dataset"] in self.datasets or j["owner"] == self.owner and j["kind"] == "import")
                and j["state"] not in FINAL]
