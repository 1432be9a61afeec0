"""Two users, wrong tokens, and what goes wrong."""

import io
import zipfile

import pytest

from service import Server, section


@pytest.fixture(scope="module")
def closed(tmp_path_factory, folder):
    """A server with three people; ada has one dataset for all and one for herself."""
    server = Server(tmp_path_factory.mktemp("closed"))
    tokens = {"ada": server.token("ada", "member"), "bob": server.token("bob", "member"), "eve": server.token("eve", "reader")}
    data = section(folder, "people", 4).read_bytes()
    server.json("/v1/datasets?name=for-all", "POST", data, tokens["ada"])
    server.json("/v1/datasets?name=secret&visibility=private&min_total_counts=1", "POST", data, tokens["ada"])
    yield server, tokens
    server.close()


def sign_in(page, token):
    page.wait("document.activeElement?.name === 'token'")
    page.type(token)
    page.key("Enter")


def test_each_sees_what_is_theirs(pages, closed):
    server, tokens = closed
    ada, bob, eve = (pages(server) for _ in range(3))
    for page, name in ((ada, "ada"), (bob, "bob"), (eve, "eve")):
        sign_in(page, tokens[name])
        page.has("for-all")
    assert "secret" in ada.text() and "secret" not in bob.text() and "secret" not in eve.text()
    assert "ada · member" in ada.text() and "eve · reader" in eve.text()
    assert "Choose files" in bob.text() and "Choose files" not in eve.text()
    assert "Edit" in ada.text() and "Edit" not in bob.text()
    # The session is the cookie's, not the token's: a reload keeps it, and no script can read it.
    ada.send("Page.reload")
    ada.wait("document.readyState === 'complete'")
    ada.has("secret")
    assert ada.run("document.cookie") == "" and ada.run("JSON.stringify(localStorage)").find(tokens["ada"]) < 0
    ada.tab_to("Sign out")
    ada.key("Enter")
    ada.has("Sign in")
    assert "secret" not in ada.text()


def test_a_link_is_kept_through_signing_in(pages, closed):
    server, tokens = closed
    dataset = next(d for d in server.json("/v1/datasets", token=tokens["ada"])["items"] if d["name"] == "for-all")
    page = pages(server, f"/?page=ions&dataset={dataset['id']}&colormap=magma")
    sign_in(page, tokens["bob"])
    page.wait("document.querySelector('[role=listbox]') !== null")
    assert page.run("new URLSearchParams(location.search).get('colormap')") == "magma"


def test_a_wrong_token_is_told_as_the_server_names_it(pages, closed):
    server, _ = closed
    page = pages(server)
    sign_in(page, "seam_nonsense")
    page.wait("document.querySelector('[role=alert]')?.textContent.includes('Not signed in')")
    assert "Request req_" in page.text()


def test_a_dataset_of_somebody_else_is_not_there(pages, closed):
    server, tokens = closed
    secret = next(d for d in server.json("/v1/datasets", token=tokens["ada"])["items"] if d["name"] == "secret")
    page = pages(server, f"/?page=ions&dataset={secret['id']}")
    sign_in(page, tokens["bob"])
    page.wait("document.querySelector('[role=alert]') !== null")
    assert (404, f"{server.url}/v1/datasets/{secret['id']}") in page.failed


def upload(page, path):
    page.has("Drop an export here")
    page.tab_to("Choose files")
    page.key("Enter")
    for _ in range(100):
        if page.choosers:
            break
        page.run("new Promise((r) => setTimeout(r, 20))")
    page.give([path])


def test_a_bad_upload_is_told_with_file_and_line(pages, server, tmp_path):
    broken = tmp_path / "broken.zip"
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("broken - 134.05 u.txt", "0 0 1\n0 1 2\n1 0 x\n1 1 3\n")
    broken.write_bytes(text.getvalue())
    page = pages(server)
    upload(page, broken)
    page.wait("document.querySelector('[role=alert]') !== null")
    alert = page.run("document.querySelector('[role=alert]').innerText")
    assert "134.05" in alert and "line 3" in alert and "Request req_" in alert
    assert "curl" in page.run("document.querySelector('[role=alert]').parentElement.textContent")


def test_a_wrong_parameter_is_told_at_its_field(pages, server, analysed):
    dataset, _ = analysed
    page = pages(server, f"/?page=start&dataset={dataset['id']}&kind=segmentation")
    page.tab_to("marker")
    page.type("999.99")
    page.key("Enter")
    page.wait("document.querySelector('[role=alert]') !== null || document.querySelector('main .state.failed') !== null", 30)


def test_a_failed_run_says_why(pages, server):
    """A tissue without nuclei: too few cells to group."""
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        for mz in ("134.05", "150.04"):
            archive.writestr(f"flat - {mz} u.txt", "".join(f"{x} {y} 0\n" for y in range(16) for x in range(16)))
    status, _, body = server.ask("/v1/datasets?name=flat", "POST", text.getvalue())
    if status >= 400:
        pytest.fail(body.decode())
    dataset = __import__("json").loads(body)
    job = server.json("/v1/jobs", "POST", {"dataset": dataset["id"], "kind": "clustering"})
    page = pages(server, f"/?page=run&dataset={dataset['id']}&job={job['id']}")
    page.wait("document.querySelector('main .state.failed') !== null", 60)
    failed = server.json(f"/v1/jobs/{job['id']}")
    page.has(failed["error"]["title"])
    page.has(failed["error"]["detail"])


def test_an_upload_goes_on_where_it_stopped(pages, server, folder):
    """Half of a file is there by tus; the page sends the rest only."""
    path = section(folder, "half", 6)
    data = path.read_bytes()
    half = len(data) // 2
    tus = {"Tus-Resumable": "1.0.0"}
    _, headers, _ = server.ask("/v1/uploads", "POST", b"", headers={**tus, "Upload-Length": str(len(data))})
    location = headers["Location"]
    status, _, _ = server.ask(location, "PATCH", data[:half], headers={
        **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    assert status == 204
    page = pages(server)
    modified = int(path.stat().st_mtime * 1000)
    page.run(f"localStorage.setItem('seam-upload:{path.name}:{len(data)}:{modified}', '{location}')")
    page.run("""(() => { const send = XMLHttpRequest.prototype.setRequestHeader; window.offsets = [];
        XMLHttpRequest.prototype.setRequestHeader = function (name, value) { if (name === 'Upload-Offset') window.offsets.push(value); return send.call(this, name, value); }; })()""")
    upload(page, path)
    page.has("is stored")
    assert page.run("window.offsets") == [str(half)]
