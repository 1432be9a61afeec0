"""Every file operation of every request fails once: the request is refused and undone, the service
goes on, and once the fault is gone the same request is done."""

import concurrent.futures
import errno
import gzip
import hashlib
import os
import subprocess

import pytest
import requests

import faults
from service import ROOT, SEAM, Server, environment, ion_text, make_zip, seam

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
# More operations than any request has; a request that is never done without a fault ends the test.
MOST = 400


def archive(seed, size=9):
    return make_zip({f"f{seed} - {m}.05 u.txt": ion_text(
        [[(seed + m * (x + 3 * y) ** 2) % 251 for x in range(size)] for y in range(size)])
        for m in (60, 134)})


def check(data):
    done = seam("check", "--data-dir", data)
    assert done.returncode == 0, done.stdout + done.stderr


def refused(answer):
    """Whether a request was refused; a refusal says so as a problem document."""
    if answer.status_code < 400:
        return False
    assert answer.status_code in (500, 503, 507), f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return True


class Service:
    """A server whose file operations can be failed."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.faults = faults.Faults(folder / "control", self.data)
        self.server = Server(self.data, env=self.faults.environment)
        self.url = self.server.url
        self.number = 0

    def ask(self, method, path, **options):
        return requests.request(method, self.url + path, timeout=60, **options)

    def fresh(self):
        self.number += 1
        return self.number

    def dataset(self):
        answer = self.ask("POST", "/v1/datasets", data=archive(self.fresh()))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


# Each request: what is prepared, the request, and whether its effect is there.


def upload(service):
    body = archive(service.fresh())
    sha = hashlib.sha256(body).hexdigest()

    def there():
        items = service.ask("GET", "/v1/datasets?limit=500").json()["items"]
        found = [d for d in items if d["sha256"] == sha]
        return bool(found)
    return lambda: service.ask("POST", "/v1/datasets", data=body), there


def form(service):
    body = {"file": (f"a{service.fresh()} - 60.05 u.txt", ion_text([[1, 2], [3, service.number]]))}
    name = f"form{service.number}"

    def there():
        return bool(service.ask("GET", f"/v1/datasets?name={name}").json()["items"])
    return lambda: service.ask("POST", f"/v1/datasets?name={name}", files=body), there


def resumable(service):
    """All three steps of a resumable upload as one; what is left of it is taken up again."""
    body = archive(service.fresh())
    sha = hashlib.sha256(body).hexdigest()
    state = {}

    def request():
        if "path" not in state:
            answer = service.ask(
                "POST", "/v1/uploads", headers={**TUS, "Upload-Length": str(len(body))})
            if answer.status_code != 201:
                return answer
            state["path"] = answer.headers["Location"]
        answer = service.ask("HEAD", state["path"], headers=TUS)
        if answer.status_code != 200:
            return service.ask("GET", state["path"], headers=TUS)
        at = int(answer.headers["Upload-Offset"])
        assert at in (0, 900, len(body))
        for end in (900, len(body)):
            if at < end:
                answer = service.ask("PATCH", state["path"], data=body[at:end], headers={
                    **PIECE, "Upload-Offset": str(at)})
                if answer.status_code != 204:
                    return answer
                at = end
        return service.ask("POST", "/v1/datasets?upload=" + state["path"].rsplit("/", 1)[1])

    def there():
        items = service.ask("GET", "/v1/datasets?limit=500").json()["items"]
        return any(d["sha256"] == sha for d in items)
    return request, there


def rename(service):
    id_, name = service.dataset(), f"renamed{service.fresh()}"
    return (lambda: service.ask("PATCH", f"/v1/datasets/{id_}", json={"name": name}),
            lambda: service.ask("GET", f"/v1/datasets/{id_}").json()["name"] == name)


def delete(service):
    id_ = service.dataset()
    return (lambda: service.ask("DELETE", f"/v1/datasets/{id_}"),
            lambda: service.ask("GET", f"/v1/datasets/{id_}").status_code == 404)


def annotate(service):
    job = finished(service)
    note = f"n{service.fresh()}"
    return (lambda: service.ask("PATCH", f"/v1/jobs/{job}/annotations", json={"notes": note}),
            lambda: note in service.ask("GET", f"/v1/jobs/{job}").text)


def forget(service):
    job = finished(service)
    return (lambda: service.ask("DELETE", f"/v1/jobs/{job}"),
            lambda: service.ask("GET", f"/v1/jobs/{job}").status_code == 404)


def finished(service):
    """A job with a result, without work: its labels are given."""
    job = service.ask("POST", "/v1/jobs", json={
        "dataset": service.dataset(), "kind": "segmentation"}).json()["id"]
    document = service.ask("GET", f"/v1/jobs/{job}?wait=30").json()
    while document["state"] in ("queued", "running"):
        document = service.ask("GET", f"/v1/jobs/{job}?wait=30").json()
    assert document["state"] == "succeeded", document
    return job


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize(
    "prepare", [upload, form, resumable, rename, delete, annotate, forget], ids=lambda f: f.__name__)
def test_every_operation_of_a_request_fails_in_turn(tmp_path, prepare, error):
    service = Service(tmp_path)
    refusals = reached = 0
    try:
        for number in range(1, MOST):
            request, there = prepare(service)
            service.faults.arm(number, error, half=number % 2 == 0)
            answer = request()
            fired = service.faults.fired
            reached += fired
            service.faults.disarm()
            where = f"operation {number}, {service.faults.last}: {answer.status_code} {answer.text[:300]}"
            if refused(answer):
                refusals += 1
                assert fired, where
                if error == errno.ENOSPC:
                    assert answer.status_code == 507, where
                assert not there(), f"{where}: refused, but done"
                answer = request()
            assert answer.status_code < 300, f"{where}: {answer.text[:300]}"
            assert there(), where
            if number % 10 == 1:
                check(service.data)
            if not fired:
                break
        else:
            pytest.fail("no request without a fault")
        assert reached >= 1, "the faults reached the request"
        # What makes room is done on a full disk as well.
        assert refusals >= 1 or error == errno.ENOSPC and prepare in (delete, forget)
        check(service.data)
        assert service.ask("GET", "/readyz").status_code == 200
        service.server.stop()
        check(service.data)
    finally:
        service.server.kill()


@pytest.mark.parametrize("prepare", [upload, rename, delete], ids=lambda f: f.__name__)
def test_faults_that_last_are_survived(tmp_path, prepare):
    """From the Nth operation on every one fails, until the fault is gone."""
    service = Service(tmp_path)
    try:
        for number in range(1, MOST, 3):
            request, there = prepare(service)
            service.faults.arm(number, errno.EIO, lasting=True)
            answer = request()
            fired = service.faults.fired
            for path in ("/healthz", "/v1/datasets"):
                assert service.ask("GET", path).status_code in (200, 500), "alive"
            service.faults.disarm()
            if refused(answer):
                assert not there(), "refused, but done"
                answer = request()
            assert answer.status_code < 300 and there(), answer.text[:300]
            if not fired:
                break
        check(service.data)
    finally:
        service.server.kill()


def test_reads_that_fail_are_told_and_change_nothing(tmp_path):
    service = Service(tmp_path)
    try:
        id_ = service.dataset()
        # A new process has nothing in its caches.
        service.server.stop()
        told = 0
        for number in range(1, MOST):
            server = Server(service.data, env=service.faults.environment)
            service.url = server.url
            service.faults.arm(number, errno.EIO, kinds=faults.READ)
            answer = service.ask("GET", f"/v1/datasets/{id_}/ions/134.05.npy")
            fired = service.faults.fired
            service.faults.disarm()
            told += refused(answer)
            assert service.ask("GET", f"/v1/datasets/{id_}/ions/134.05.npy").status_code == 200
            server.stop()
            if not fired:
                break
        assert told > 0
        check(service.data)
    finally:
        server.kill()


def test_every_operation_of_a_start_fails_in_turn(tmp_path):
    """A start says what is wrong or succeeds; the next one has everything."""
    service = Service(tmp_path)
    id_ = service.dataset()
    job = finished(service)
    service.server.kill()
    said = 0
    for number in range(1, MOST):
        service.faults.arm(number, errno.EIO, kinds=faults.ALL)
        process = subprocess.Popen(
            [SEAM, "serve", "--port", "0", "--data-dir", service.data], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(**service.faults.environment))
        line = process.stdout.readline()
        fired = service.faults.fired
        service.faults.disarm()
        process.kill()
        errors = process.communicate(timeout=30)[1]
        if not line:
            said += 1
            assert "the store in" in errors and "cannot be opened: " in errors, errors
        if not fired:
            break
    assert said > 5, "some operations are needed"
    check(service.data)
    server = Server(service.data)
    try:
        api = server.client()
        assert [d["id"] for d in api.datasets()][-1] == id_
        assert api.get(f"/v1/jobs/{job}").json()["state"] == "succeeded"
        api.result(job, "npy")
    finally:
        server.stop()


def test_every_operation_of_a_migration_fails_in_turn(tmp_path):
    """A store of the first version is of the old or of the present one, and whole."""
    old = gzip.decompress((ROOT / "Tests/Fixtures/version1.sqlite.gz").read_bytes())
    control = faults.Faults(tmp_path / "control", "data-")
    for number in range(1, MOST):
        data = tmp_path / f"data-{number}"
        data.mkdir(mode=0o700)
        (data / "seam.sqlite").write_bytes(old)
        control.arm(number, errno.EIO)
        # A command that migrates and ends.
        done = subprocess.run(
            [SEAM, "token", "list", "--data-dir", data], text=True, capture_output=True,
            env=environment(**control.environment), timeout=60)
        fired = control.fired
        control.disarm()
        assert done.returncode == 0 or (done.returncode == 1 and done.stderr), done
        check(data)
        if number % 8 == 1 or not fired:
            again = seam("token", "list", "--data-dir", data)
            assert again.returncode == 0, again.stderr
            check(data)
        if not fired:
            break
    assert number > 10


def test_every_operation_of_a_backup_fails_in_turn(tmp_path):
    server = Server(tmp_path / "data")
    try:
        server.client().upload(archive(1))
        control = faults.Faults(tmp_path / "control", "/copies/")
        (tmp_path / "copies").mkdir()
        for number in range(1, MOST):
            file = tmp_path / "copies" / f"{number}.sqlite"
            control.arm(number, errno.ENOSPC)
            done = subprocess.run(
                [SEAM, "backup", file, "--data-dir", server.data], text=True, capture_output=True,
                env=environment(**control.environment), timeout=60)
            fired = control.fired
            control.disarm()
            if done.returncode != 0:
                assert done.stderr.startswith("seam backup: "), done.stderr
                # Its folder may fail to be synced after the name was given: then it is whole.
                if not file.exists():
                    done = seam("backup", file, "--data-dir", server.data)
                    assert done.returncode == 0, done.stderr
            if number % 8 == 1 or not fired:
                whole = seam("check", file)
                assert whole.returncode == 0, whole.stdout + whole.stderr
            left = [p for p in file.parent.iterdir() if "partial" in p.name]
            assert left == [] or control.last.startswith("name"), "only what cannot be removed"
            for path in left:
                path.unlink()
            if not fired:
                break
        assert number > 10
    finally:
        server.stop()


def job_with_fault(folder, numbers):
    """Jobs whose Nth file operation fails: every one that was accepted succeeds all the same."""
    service = Service(folder)
    results = set()
    try:
        id_ = service.dataset()
        for number in numbers:
            body = {"dataset": id_, "kind": "view", "parameters": {"seed": 0, "epochs": 2}}
            service.faults.arm(number, errno.EIO)
            answer = service.ask("POST", "/v1/jobs", json=body)
            if refused(answer):
                assert service.ask("GET", "/v1/jobs").json()["items"] == []
                service.faults.disarm()
                answer = service.ask("POST", "/v1/jobs", json=body)
            job = answer.json()["id"]
            document = service.ask("GET", f"/v1/jobs/{job}?wait=60").json()
            while document["state"] in ("queued", "running"):
                document = service.ask("GET", f"/v1/jobs/{job}?wait=60").json()
            fired = service.faults.fired
            service.faults.disarm()
            assert document["state"] == "succeeded", (number, document)
            content = service.ask("GET", f"/v1/jobs/{job}/result.npy").content
            results.add(hashlib.sha256(content).hexdigest())
            assert service.ask("DELETE", f"/v1/jobs/{job}").status_code == 204
            if not fired:
                break
        check(service.data)
        return results
    finally:
        service.server.kill()


def test_every_operation_of_a_job_fails_in_turn(tmp_path):
    # Side by side, since what the store refuses is tried again after some seconds.
    lanes = 12
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        results = pool.map(lambda lane: job_with_fault(
            tmp_path / str(lane), range(1 + lane, MOST, lanes)), range(lanes))
    assert len(set().union(*results)) == 1, "always the same result"
