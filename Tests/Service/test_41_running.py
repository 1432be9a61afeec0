"""How the service is run: configuration, systemd, nginx, installation."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest

from service import ROOT, SEAM, environment, seam

SECRET = "a secret of more than sixteen bytes"


def listing(*arguments, env=None):
    done = seam("serve", "--print-config", *arguments, env=env)
    assert done.returncode == 0, done.stderr
    lines = {}
    for line in done.stdout.splitlines():
        path, source = line.split()[0], line.split()[-1]
        lines[path] = (line[len(path):-len(source)].strip(), source)
    return lines, done.stdout


def test_every_setting_is_printed_with_its_value_and_source(tmp_path):
    file = tmp_path / "c.json"
    file.write_text(json.dumps({
        "server": {"hosts": ["a.org", "b.org"], "idle_s": 7}, "jobs": {"workers": 3, "deadline_h": {"view": 2}},
        "webhooks": {"allowed": ["127.0.0.1:9"], "secret": SECRET}}))
    lines, text = listing(
        "--config", file, "--port", "0", env={"SEAM_JOBS_WORKERS": "4", "SEAM_SERVER_IDLE_S": "8"})
    assert lines["server.port"] == ("0", "--port")
    assert lines["jobs.workers"] == ("4", "SEAM_JOBS_WORKERS")
    assert lines["server.idle_s"] == ("8", "SEAM_SERVER_IDLE_S")
    assert lines["server.hosts"] == ("a.org,b.org", str(file))
    assert lines["jobs.deadline_h.view"] == ("2", str(file))
    assert lines["store.lock_wait_s"] == ("5", "default")
    assert lines["webhooks.secret"] == ("********", str(file))
    assert SECRET not in text
    known = re.findall(r"^  ([a-z_.]+) \(SEAM_", seam("serve", "--help").stdout, re.M)
    assert list(lines) == known


def test_a_configuration_is_checked_without_starting_anything(tmp_path):
    done = seam("serve", "--check-config", "--data-dir", tmp_path / "d", cwd=tmp_path)
    assert done.returncode == 0 and "valid" in done.stdout
    assert list(tmp_path.iterdir()) == []
    for env, part in [
        ({"SEAM_JOBS_WORKERS": "0"}, "1 to 64"), ({"SEAM_JOB_WORKERS": "2"}, "SEAM_JOBS_WORKERS"),
        ({"SEAM_SERVER_TRUSTED_PROXIES": "example.org"}, "addresses"),
        ({"SEAM_SERVER_ALLOWED_ORIGINS": "tools"}, "https://"),
        ({"SEAM_WEBHOOKS_ALLOWED": "127.0.0.1:99"}, "webhooks.secret"),
        ({"SEAM_WEBHOOKS_ALLOWED": "a:b", "SEAM_WEBHOOKS_SECRET": SECRET}, "host:port"),
        ({"SEAM_LOG_FORMAT": "xml"}, "auto, text, json"),
    ]:
        done = seam("serve", "--check-config", env=env, cwd=tmp_path)
        assert done.returncode == 2 and part in done.stderr and not done.stdout, (env, done.stderr)
    assert list(tmp_path.iterdir()) == []


# systemd

class Manager:
    """The socket of a service manager."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(20)

    def next(self, word):
        """The next message with a word in it."""
        while True:
            message = self.socket.recv(4096).decode()
            if word in message:
                return message


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told_of_readiness_life_and_end(start, tmp_path, abstract):
    name = f"seam-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    manager = Manager("\0" + name if abstract else name)
    server = start(env={
        "NOTIFY_SOCKET": "@" + name if abstract else name, "WATCHDOG_USEC": "1500000"})
    assert server.url in manager.next("READY=1")
    assert manager.next("WATCHDOG=1") == "WATCHDOG=1"
    server.client().get("/readyz")
    assert server.stop() == 0
    assert "STOPPING=1" in manager.next("STOPPING=1")


def test_a_service_that_answers_nobody_is_not_said_to_live(start, tmp_path):
    manager = Manager(str(tmp_path / "notify"))
    # As many connections as may be are taken: a look at the health is answered 503, which is life.
    server = start(env={
        "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1500000",
        "SEAM_SERVER_MAX_CONNECTIONS": "2"})
    manager.next("WATCHDOG=1")
    held = [socket.create_connection((server.host, server.port)) for _ in range(2)]
    for connection in held:
        connection.send(b"GET / HTTP/1.1\r\n")
    manager.next("WATCHDOG=1")
    for connection in held:
        connection.close()
    # Without a watchdog nothing is said of life.
    silent = Manager(str(tmp_path / "silent"))
    start(tmp_path / "other", env={"NOTIFY_SOCKET": str(tmp_path / "silent")})
    silent.next("READY=1")
    silent.socket.settimeout(1)
    with pytest.raises(TimeoutError):
        silent.next("WATCHDOG=1")


def units(tmp_path):
    """The units with the paths of this test."""
    executable = tmp_path / "seam"
    executable.write_text("#!/bin/sh\n")
    executable.chmod(0o755)
    for unit in sorted((ROOT / "deploy/systemd").iterdir()):
        text = unit.read_text().replace("/usr/local/bin/seam", str(executable))
        text = text.replace("/usr/local/share/seam/backup.sh", str(ROOT / "deploy/backup.sh"))
        (tmp_path / unit.name).write_text(text)
        yield tmp_path / unit.name


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_units_are_right_and_keep_the_service_apart(tmp_path):
    files = list(units(tmp_path))
    assert len(files) == 3
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    for name in ("seam.service", "seam-backup.service"):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", tmp_path / name],
            capture_output=True, text=True)
        exposure = float(re.search(r"exposure level for \S+: ([\d.]+)", done.stdout).group(1))
        assert exposure < 2.0


def test_the_unit_gives_the_service_time_to_end():
    unit = (ROOT / "deploy/systemd/seam.service").read_text()
    grace = json.loads((ROOT / "Config/seam.json").read_text())["shutdown"]["grace_s"]
    assert int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.M).group(1)) > 2 * grace


# nginx, scripts, installation

def test_the_site_of_nginx_fits_the_service(tmp_path):
    site = (ROOT / "deploy/nginx/seam.conf").read_text()
    limit = json.loads((ROOT / "Config/seam.json").read_text())["uploads"]["max_bytes"]
    size, unit = re.search(r"client_max_body_size (\d+)([kmg]);", site).groups()
    assert int(size) << {"k": 10, "m": 20, "g": 30}[unit] == limit
    assert int(re.search(r"proxy_read_timeout (\d+)s", site).group(1)) > 60
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not pathlib.Path(nginx).exists():
        pytest.skip("no nginx here")
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=seam", "-days", "2",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"], capture_output=True)
    assert done.returncode == 0
    (tmp_path / "site").write_text(
        re.sub(r"listen \[::\].*", "", site.replace("/etc/ssl/seam", str(tmp_path))))
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
                    f"http {{ access_log off; include {tmp_path}/site; }}\n")
    done = subprocess.run([nginx, "-t", "-c", main], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_scripts_are_clean():
    shellcheck = pathlib.Path(sys.executable).with_name("shellcheck")
    scripts = [*ROOT.glob("deploy/*.sh"), *ROOT.glob(".ci/*.sh"), ROOT / ".ci/run"]
    assert len(scripts) > 8
    done = subprocess.run([shellcheck, *scripts], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_compose_file_is_one():
    import yaml
    document = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    service = document["services"]["seam"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    for name in service["environment"]:
        assert name in seam("serve", "--help").stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="installs units")
def test_installing_twice_changes_nothing_that_is_an_administrators(tmp_path):
    places = {"INSTALL_BINARY": SEAM, "INSTALL_ETC": str(tmp_path / "etc"),
              "INSTALL_UNITS": str(tmp_path / "units")}
    (tmp_path / "units").mkdir()
    (tmp_path / "etc").mkdir()

    def install():
        return subprocess.run(
            [ROOT / "deploy/install.sh", tmp_path / "prefix"], capture_output=True, text=True,
            env={**environment(), **places})

    assert (done := install()).returncode == 0, done.stderr
    config = tmp_path / "etc/seam/seam.json"
    assert json.loads(config.read_text())["server"]["port"] == 8080
    changed = json.loads(config.read_text())
    changed["server"]["port"] = 9999
    config.write_text(json.dumps(changed))
    (tmp_path / "etc/seam/seam.env").write_text("SEAM_WEBHOOKS_SECRET=x\n")

    def tree():
        return {str(p.relative_to(tmp_path)): (p.stat().st_mode, p.read_bytes())
                for p in tmp_path.rglob("*") if p.is_file()}

    before = tree()
    assert (done := install()).returncode == 0, done.stderr
    assert tree() == before
    assert {"prefix/bin/seam", "units/seam.service", "units/seam-backup.timer",
            "prefix/share/seam/backup.sh"} <= set(before)
    assert before["etc/seam/seam.env"][0] & 0o777 == 0o600
    # A configuration that the new version does not take stops the installation before units change.
    config.write_text('{"sever": {}}')
    (tmp_path / "units/seam.service").write_text("earlier")
    assert (done := install()).returncode != 0 and "server" in done.stderr
    assert (tmp_path / "units/seam.service").read_text() == "earlier"


def test_the_backup_script_keeps_the_latest_copies(tmp_path):
    fake = tmp_path / "seam"
    fake.write_text('#!/bin/sh\n[ "$1" = backup ] && echo copy > "$2"\n')
    fake.chmod(0o755)
    folder = tmp_path / "copies"
    folder.mkdir()
    for day in range(1, 8):
        (folder / f"seam-2026010{day}T000000Z.sqlite").write_text("old")
    (folder / "other.sqlite").write_text("mine")

    def run(*arguments):
        return subprocess.run(
            [ROOT / "deploy/backup.sh", *arguments], capture_output=True, text=True,
            env={**os.environ, "SEAM": str(fake)})

    done = run(tmp_path / "data", folder, "3")
    assert done.returncode == 0, done.stderr
    names = sorted(p.name for p in folder.iterdir())
    assert names[:3] == ["other.sqlite", "seam-20260106T000000Z.sqlite", "seam-20260107T000000Z.sqlite"]
    assert len(names) == 4
    assert run(tmp_path / "data", folder, "x").returncode == 2
    # A copy that fails removes none.
    fake.write_text("#!/bin/sh\nexit 1\n")
    assert run(tmp_path / "data", folder, "1").returncode != 0
    assert sorted(p.name for p in folder.iterdir()) == names
