"""`seam bench`: everything is measured, peers beside it, and the tables go into a document."""

import json
import shutil
import sys
import textwrap

import pytest

from service import ROOT, seam

STAGES = ["import/read", "import/warm", "import/cold", "view/pca50", "view/full", "cut/mdl", "cut/published",
          "cut/published-20", "id/fast", "id/fast-36", "id/published", "cluster/simlr", "cluster/estimate", "diff/emd"]
SERVICE = ["image/png", "http/healthz", "http/job", "http/datasets", "http/ion-image", "store/open", "store/list",
           "analysis"]
SECTION = ROOT / "Tests/Benchmarks/section_ascii.zip"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The report of all stages and of the service on the small section kept in the repository."""
    path = tmp_path_factory.mktemp("bench") / "bench.json"
    done = seam("bench", "--quick", "--input", SECTION, "--only", "stages,service", "--repeats", "1",
                "--json", path, timeout=300)
    assert done.returncode == 0, done.stderr
    return done, path


def test_every_stage_and_request_is_measured(measured):
    done, path = measured
    report = json.loads(path.read_text())
    assert [r["item"] for r in report["results"]] == STAGES + SERVICE
    assert report["section"] == "section_ascii.zip: 48 x 48 px, 24 ions, " + report["section"].split(", ")[-1]
    for result in report["results"]:
        assert result["contestant"] == "seam" and len(result["seconds"]) == 1
        assert 0 < result["least_s"] <= result["median_s"] <= result["greatest_s"]
        assert 1 << 20 < result["peak_bytes"] < 1 << 30
        assert result["item"] in done.stdout
    by_name = {r["item"]: r for r in report["results"]}
    assert by_name["id/fast"]["operations"] > 0 and by_name["id/fast"]["metrics"]["epochs"] == 2
    assert by_name["cut/mdl"]["metrics"]["nuclei"] > 3
    assert 0 < by_name["view/pca50"]["metrics"]["trustworthiness"] <= 1


def test_the_tables_go_between_the_marks_of_a_document(measured, tmp_path):
    document = tmp_path / "performance.md"
    shutil.copy(ROOT / "docs/performance.md", document)
    before = document.read_text()
    done = seam("bench", "--markdown", measured[1], "--update", document)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    after = document.read_text()
    assert "| cut/mdl | seam |" in after
    outside = [part.split("-->")[0] for part in before.split("<!-- ")]
    assert outside == [part.split("-->")[0] for part in after.split("<!-- ")], "the marks stay"
    assert seam("bench", "--markdown", measured[1], "--update", document).returncode == 0
    assert document.read_text() == after, "the second time changes nothing"


def test_truth_gives_scores_and_growth_is_fitted(tmp_path):
    path = tmp_path / "scale.json"
    done = seam("bench", "--quick", "--scale", "--sizes", "32,64", "--ions", "16", "--only", "cut/mdl,diff",
                "--repeats", "1", "--json", path, timeout=300)
    assert done.returncode == 0, done.stderr
    scale = json.loads(path.read_text())["scale"]
    assert [(s["pixels"], s["ions"], s["result"]["item"]) for s in scale] == [
        (1024, 250, "cut/mdl"), (1024, 250, "diff/emd"), (4096, 250, "cut/mdl"), (4096, 250, "diff/emd"),
        (65536, 16, "cut/mdl"), (65536, 16, "diff/emd")]
    assert all(0 <= s["result"]["metrics"]["object_f1"] <= 1 for s in scale if s["result"]["item"] == "cut/mdl")
    assert scale[2]["cells"] > scale[0]["cells"] > 0
    assert "1024 pixels" in done.stdout and "exponent" in done.stdout


PEER = """
    import json, os, sys, time
    import numpy as np
    arguments = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    facts = json.load(open(os.path.join(arguments["--workspace"], "workspace.json")))
    cube = np.load(os.path.join(arguments["--workspace"], "cube.npy"))
    assert cube.shape == (facts["channels"], facts["height"], facts["width"])
    print(json.dumps({"ready": True, "warm_up_s": 1.5}), flush=True)
    for line in sys.stdin:
        assert line == "run\\n"
        if sys.argv[1] == "cut:loop" and os.environ.get("BREAK"):
            sys.exit("broken")
        print(json.dumps({"seconds": 1000.0, "cpu": 2000.0}), flush=True)
    np.save(arguments["--output"], np.load(os.path.join(arguments["--workspace"], "labels.npy")))
    print(json.dumps({"peak_bytes": 5 << 20, "note": "a note", "threads": 1, "metrics": {"figure": 7}}))
"""


@pytest.fixture
def peers(tmp_path):
    """Peers of a kind: they say that everything took 1,000 seconds, and find the mask they were given."""
    folder = tmp_path / "peers"
    folder.mkdir()
    (folder / "peer.py").write_text(textwrap.dedent(PEER))
    maker = folder / "make-venv.sh"
    maker.write_text(f'#!/bin/sh\nmkdir -p "$1/bin"\nprintf \'#!/bin/sh\\nexec {sys.executable} "$@"\\n\' '
                     '> "$1/bin/python"\nchmod +x "$1/bin/python"\n')
    maker.chmod(0o755)
    return ["--against", "peers", "--peers", folder, "--venv", tmp_path / "venv"]


def test_a_peer_is_measured_in_alternation_and_judged_as_we_are(peers, tmp_path):
    path = tmp_path / "bench.json"
    done = seam("bench", "--quick", "--preset", "tiny", "--size", "48", "--only", "cut/mdl,id/fast", "--repeats", "2",
                "--json", path, *peers, timeout=300)
    assert done.returncode == 0, done.stderr
    ours, theirs, _, torch = json.loads(path.read_text())["results"]
    assert (ours["contestant"], theirs["contestant"]) == ("seam", "numpy + PyMaxflow loop")
    assert torch["item"] == "id/fast" and torch["threads"] == 1
    assert theirs["seconds"] == [1000.0, 1000.0] and theirs["cpu_s"] == 2000
    assert theirs["peak_bytes"] == 5 << 20 and theirs["note"] == "a note"
    assert theirs["metrics"]["figure"] == 7 and theirs["metrics"]["warm_up_s"] == 1.5
    assert 0 < ours["metrics"]["object_f1"] < 1


def test_a_peer_that_breaks_is_told_and_the_rest_is_measured(peers, tmp_path, monkeypatch):
    monkeypatch.setenv("BREAK", "1")
    path = tmp_path / "bench.json"
    done = seam("bench", "--quick", "--preset", "tiny", "--size", "48", "--only", "cut/mdl", "--json", path, *peers,
                timeout=300)
    assert done.returncode == 1 and "numpy + PyMaxflow loop" in done.stderr, done.stderr
    assert [r["contestant"] for r in json.loads(path.read_text())["results"]] == ["seam"]


@pytest.mark.parametrize("arguments, code, part", [
    (["--only", "cutt"], 2, "cut/mdl"), (["--repeats", "0"], 2, "--repeats"), (["--threads", "1,x"], 2, "--threads"),
    (["--sizes", "3", "--scale"], 2, "16"), (["--against", "peer"], 2, "peers"), (["now"], 2, "now"),
    (["--against", "peers", "--peers", "nowhere"], 2, "peer.py"), (["--input", "nowhere.zip"], 65, "nowhere.zip"),
    (["--markdown"], 2, "JSON"), (["--markdown", "nowhere.json"], 65, "nowhere.json"),
    (["--worker", "cut/mdl"], 2, "--workspace"), (["--preset", "standart", "--only", "cut"], 65, "standard"),
])
def test_wrong_command_lines_say_what_was_meant(tmp_path, arguments, code, part):
    done = seam("bench", *arguments, cwd=tmp_path, timeout=60)
    assert done.returncode == code and part in done.stderr, done
    assert list(tmp_path.iterdir()) == []


def test_the_list_names_every_item():
    done = seam("bench", "--list")
    names = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert done.returncode == 0 and names[-len(STAGES + SERVICE):] == STAGES + SERVICE
    assert {"memory/copy", "matmul/64x250x128", "philox/gaussian", "knn/16384x50", "eigen/full-1000"} < set(names)
