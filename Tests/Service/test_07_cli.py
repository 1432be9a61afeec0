"""The command line: commands, options, exit codes, and what goes where."""

import json
import re
import subprocess

import numpy as np
import pytest
from PIL import Image

from service import ROOT, SEAM, environment, ion_text, make_zip, seam

COMMANDS = ["serve", "run", "simulate", "evaluate", "bench", "token", "version"]


def test_version_and_help():
    version = seam("version")
    assert version.returncode == 0 and version.stdout.startswith("seam ")
    assert seam("--version").stdout == version.stdout
    for arguments in (["--help"], ["-h"], ["help"]):
        done = seam(*arguments)
        assert done.returncode == 0 and done.stderr == ""
        assert all(command in done.stdout for command in COMMANDS)
    for command in COMMANDS:
        done = seam(command, "--help")
        assert done.returncode == 0 and done.stdout.startswith(f"usage: seam {command}")
        assert seam("help", command).stdout == done.stdout
        assert seam(command, "-h").stdout == done.stdout


@pytest.mark.parametrize("arguments, part", [
    ([], "usage"), (["serv"], "serve"), (["simulat"], "simulate"),
    (["serve", "--prot", "0"], "--port"), (["serve", "--port", "x"], "x"),
    (["serve", "--port", "70000"], "65535"), (["serve", "--port"], "--port"),
    (["serve", "--port", "1", "--port", "2"], "twice"), (["serve", "now"], "now"),
    (["serve", "--workers", "0"], "1"), (["version", "now"], "now"), (["help", "serv"], "serve"),
    (["simulate"], "-o"), (["simulate", "-o", "x", "--preset", "tny"], "tiny"),
    (["simulate", "-o", "x", "--size", "3"], "16"), (["simulate", "-o", "x", "--sed", "3"], "--seed"),
    (["run"], "KIND"), (["run", "veiw", "a", "-o", "x"], "view"), (["run", "view"], "INPUT"),
    (["run", "view", "a.zip"], "-o"), (["run", "view", "a.zip", "-o", "x", "--set", "k"], "KEY"),
    (["evaluate"], "LABELS"), (["evaluate", "a"], "seam evaluate --help"),
    (["evaluate", "-o", "x", "--tasks", "cut"], "segmentation"), (["evaluate", "--seeds", "1"], "-o"),
    (["evaluate", "-o", "x", "--json"], "LABELS"), (["evaluate", "-o", "x", "a", "b"], "unexpected"),
    (["evaluate", "-o", "x", "--datasets", "tny"], "tiny"), (["simulate", "-o", "x", "--f", "2"], "--paper-set"),
    (["simulate", "-o", "x", "--paper-set", "10"], "1 to 9"),
])
def test_wrong_command_lines_are_2_and_say_what_was_meant(tmp_path, arguments, part):
    done = seam(*arguments, cwd=tmp_path, timeout=30)
    assert done.returncode == 2, done
    assert done.stdout == "" and part in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_simulate_gives_the_same_bytes_and_the_truth(tmp_path):
    for folder in ("a", "b"):
        done = seam("simulate", "-o", tmp_path / folder, "--preset", "tiny", "--seed", "7")
        assert done.returncode == 0 and done.stderr == ""
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert names == ["tiny_s7.npz", "tiny_s7_ascii.zip"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    arrays = np.load(tmp_path / "a/tiny_s7.npz")
    assert arrays["cube"].shape == (40, 64, 64) and len(arrays["mz"]) == 40
    assert arrays["mask"].max() == len(arrays["types"]) > 10
    other = seam("simulate", "-o", tmp_path / "c", "--preset", "tiny", "--seed", "8", "--format", "npz")
    assert other.returncode == 0 and [p.name for p in (tmp_path / "c").iterdir()] == ["tiny_s8.npz"]


def test_evaluate(tmp_path, section):
    truth = next(section[0].parent.glob("*.npz"))
    mask = section[1]["mask"]
    np.save(tmp_path / "same.npy", mask.astype(np.int32))
    done = seam("evaluate", tmp_path / "same.npy", truth, "--json")
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout)
    assert scores["pixel_f1"] == scores["object_f1"] == scores["mean_f1"] == 1
    assert scores["found"] == scores["true"] == scores["matched"] == mask.max()
    shifted = np.roll(mask, 1, axis=1)
    np.save(tmp_path / "shifted.npy", shifted)
    scores = json.loads(seam("evaluate", tmp_path / "shifted.npy", truth, "--json").stdout)
    both = ((shifted > 0) & (mask > 0)).sum()
    f1 = 2 * both / ((shifted > 0).sum() + (mask > 0).sum())
    assert scores["pixel_f1"] == pytest.approx(f1)
    types = section[1]["types"]
    table = "cell_id,cluster\r\n" + "".join(f"{i + 1},{t + 1}\r\n" for i, t in enumerate(types))
    (tmp_path / "clusters.csv").write_text(table)
    done = seam("evaluate", tmp_path / "same.npy", truth, "--clusters", tmp_path / "clusters.csv",
                "--json")
    assert json.loads(done.stdout)["ari"] == pytest.approx(1)
    assert "F1" in seam("evaluate", tmp_path / "same.npy", truth).stdout
    for bad in (tmp_path / "none.npy", tmp_path / "clusters.csv"):
        done = seam("evaluate", bad, truth)
        assert done.returncode == 65 and done.stdout == "" and bad.name in done.stderr


def test_a_grid_is_evaluated_once_and_gives_the_same_tables(tmp_path):
    words = ["evaluate", "-o", tmp_path / "g", "--datasets", "tiny", "--methods", "mdl,otsu+ws"]
    first = seam(*words, "--seeds", "1-2")
    assert first.returncode == 0, first.stderr
    assert first.stderr.count("object_f1") == 4
    table = (tmp_path / "g/table.md").read_text()
    assert "seam evaluate -o" in table and "| mdl | otsu+ws |" in table
    Image.open(tmp_path / "g/segmentation_object_f1.png").load()
    runs = (tmp_path / "g/runs.csv").read_bytes()
    assert runs.count(b"object_f1") == 4
    again = seam(*words, "--seeds", "1-2")
    assert again.returncode == 0 and again.stderr == "", "nothing is run twice"
    assert (tmp_path / "g/runs.csv").read_bytes() == runs
    more = seam(*words, "--seeds", "3")
    assert more.stderr.count("object_f1") == 2
    assert "--seeds 3" in (tmp_path / "g/table.md").read_text()


def test_a_dataset_of_the_paper(tmp_path):
    done = seam("simulate", "-o", tmp_path, "--paper-set", "9", "--f", "1.5", "--pair", "bright",
                "--seed", "4", "--size", "96", "--ions", "30")
    assert done.returncode == 0, done.stderr
    arrays = np.load(tmp_path / "paper9_s4.npz")
    assert len(arrays["types"]) == arrays["mask"].max() and set(arrays["types"]) == {0, 1}
    assert len(arrays["altered_ions"]) == 2 and arrays["cube"].dtype == np.float32
    i, j = (arrays["cube"][ion] for ion in arrays["altered_ions"])
    for kind, sign in ((0, 1), (1, -1)):
        cells = np.flatnonzero(arrays["types"] == kind) + 1
        inside = np.isin(arrays["mask"], cells)
        assert sign * np.corrcoef(i[inside], j[inside])[0, 1] > 0


def test_run_writes_what_the_service_would_answer(tmp_path, section, api, analysis):
    out = tmp_path / "out"
    done = seam("run", "analysis", section[0], "-o", out)
    assert done.returncode == 0, done.stderr
    kinds = ["view", "segmentation", "representation", "clustering", "embedding", "diff", "analysis"]
    assert sorted(p.name for p in out.iterdir()) == sorted(kinds)
    written = {str(p) for p in out.rglob("*") if p.is_file()}
    assert set(done.stdout.split("\n")[:-1]) == written, "standard output lists the files"
    for kind, job in analysis["inputs"].items():
        for suffix in ("npy", "csv"):
            file = out / kind / f"result.{suffix}"
            if file.exists():
                assert file.read_bytes() == api.result(job, suffix).content, file
    for file in out.rglob("*.png"):
        Image.open(file).load()
    assert json.loads((out / "diff/job.json").read_text())["state"] == "succeeded"
    assert (out / "analysis/result.html").stat().st_size > 10_000


def test_run_takes_parameters_and_fields(tmp_path, section):
    out = tmp_path / "out"
    done = seam("run", "clustering", section[0], "-o", out, "--set", "n_clusters=2",
                "--set", "method=kmeans", "--field", "name=liver", "--field", "pixel_size_um=2")
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "clustering/result.json").read_text())["n_clusters"] == 2
    cells = json.loads((out / "segmentation/result.json").read_text())["rows"]
    assert cells[0]["x_um"] == pytest.approx(2 * cells[0]["x_px"])
    done = seam("run", "analysis", section[0], "-o", tmp_path / "two", "--set", "view.epochs=10",
                "--set", "representation.method=mean", "--set", "segmentation.min_area_px=10",
                "--set", "segmentation.max_area_px=400")
    assert done.returncode == 0, done.stderr
    job = json.loads((tmp_path / "two/segmentation/job.json").read_text())
    assert (job["parameters"]["min_area_px"], job["parameters"]["max_area_px"]) == (10, 400)


def test_bad_input_is_65_with_file_and_line(tmp_path):
    bad = tmp_path / "bad.zip"
    bad.write_bytes(make_zip({"s - 70.00 u.txt": b"0 0 1\n1 0\n"}))
    done = seam("run", "view", bad, "-o", tmp_path / "out")
    assert done.returncode == 65 and done.stdout == ""
    assert "s - 70.00 u.txt" in done.stderr and "line 2" in done.stderr
    for path in (tmp_path / "missing.zip", tmp_path):
        done = seam("run", "view", path, "-o", tmp_path / "out")
        assert done.returncode == 65 and str(path) in done.stderr
    good = tmp_path / "134.05.txt"
    good.write_bytes(ion_text([[1, 2], [3, 4]]))
    done = seam("run", "segmentation", good, "-o", tmp_path / "out", "--set", "marker=200.5")
    assert done.returncode == 65 and "134.05" in done.stderr
    done = seam("run", "view", good, "-o", tmp_path / "out", "--set", "neighbors=3")
    assert done.returncode in (2, 65) and "neighbours" in done.stderr
    done = seam("run", "diff", good, "-o", tmp_path / "out")
    assert done.returncode == 1 and "cells" in done.stderr
    assert not list(tmp_path.glob("seam-run-*"))


def test_run_leaves_no_store_behind(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    good = tmp_path / "134.05.txt"
    good.write_bytes(ion_text([[1, 2], [3, 4]]))
    done = seam("run", "view", good, "-o", tmp_path / "out", env={"TMPDIR": str(scratch)})
    assert done.returncode == 0, done.stderr
    assert list(scratch.iterdir()) == []
    done = seam("run", "view", good, "-o", good, env={"TMPDIR": str(scratch)})
    assert done.returncode == 1 and done.stderr and list(scratch.iterdir()) == []


# Configuration

def test_the_example_configuration_has_every_setting_at_its_default(start, tmp_path):
    example = json.loads((ROOT / "Config/seam.json").read_text())
    help_ = seam("serve", "--help").stdout

    def leaves(value, path=()):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from leaves(inner, (*path, name))
        else:
            yield ".".join(path), value

    settings = dict(leaves(example))
    documented = dict(re.findall(r"^  ([a-z_.]+) \(SEAM_[A-Z_]+\) \[(.*)\]$", help_, re.M))
    def text(value):
        if isinstance(value, list):
            return ",".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    assert {k: text(v) for k, v in settings.items()} == documented
    server = start(tmp_path / "data", "--config", ROOT / "Config/seam.json")
    assert server.client().get("/readyz").json() == {"status": "ready"}


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path, start):
    settings = tmp_path / "c.json"
    settings.write_text(json.dumps(
        {"data_dir": str(tmp_path / "file"), "server": {"port": 0}, "uploads": {"max_bytes": 111}}))
    common = {"flags": (), "env": {"SEAM_UPLOADS_MAX_BYTES": "222"}}
    server = start(tmp_path / "flag", "--config", settings, **common)
    assert server.client().get("/v1").json()["limits"]["upload_bytes"] == 222
    assert (tmp_path / "flag").exists() and not (tmp_path / "file").exists()


@pytest.mark.parametrize("content, part", [
    ('{"server": {"prot": 1}}', "server.port"), ('{"sever": {}}', "server"), ("{", "byte"),
    ('{"server": {"port": "x"}}', "65535"), ('{"server": 3}', "object"), ("[]", "object"),
    ('{"jobs": {"workers": 0}}', "1"), ('{"data_dir": ""}', "text"),
    ('{"server": {"port": {}}}', "65535"),
])
def test_a_wrong_configuration_is_refused(tmp_path, content, part):
    file = tmp_path / "c.json"
    file.write_text(content)
    done = seam("serve", "--config", file, "--data-dir", tmp_path / "d", timeout=30)
    assert done.returncode == 2 and done.stdout == "" and part in done.stderr, done.stderr
    assert not (tmp_path / "d").exists()


def test_an_unknown_variable_is_refused(tmp_path):
    done = seam("serve", "--data-dir", tmp_path / "d", env={"SEAM_SERVER_PROT": "1"}, timeout=30)
    assert done.returncode == 2 and "SEAM_SERVER_PORT" in done.stderr
    done = seam("serve", "--config", tmp_path / "none.json", "--data-dir", tmp_path / "d", timeout=30)
    assert done.returncode == 2 and "none.json" in done.stderr


def test_output_to_a_closed_pipe_does_no_harm(tmp_path):
    process = subprocess.Popen(
        f"'{SEAM}' --help | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}", shell=True,
        executable="/bin/bash", stdout=subprocess.PIPE, env=environment(), text=True)
    assert process.communicate(timeout=30)[0].strip() in ("0", "141")
