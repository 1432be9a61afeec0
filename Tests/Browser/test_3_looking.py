"""Looking at ions, nuclei and markers: what is shown, linked and kept in the address."""

import json


def option(page, label):
    return f"[...document.querySelectorAll('main label')].find((l) => l.textContent === {json.dumps(label)}).parentElement.querySelector('select, input')"


def choose(page, label, value):
    page.run(f"(() => {{ const e = {option(page, label)}; e.value = {json.dumps(value)}; e.dispatchEvent(new Event('input', {{bubbles: true}})); e.dispatchEvent(new Event('change', {{bubbles: true}})); }})()")


def pixels(page, selector="main .plate canvas"):
    """A digest of a canvas."""
    return page.run(f"""(() => {{ const c = document.querySelector({json.dumps(selector)}); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let h = 0; for (let i = 0; i < d.length; i += 4) h = (h * 31 + d[i] * 65536 + d[i + 1] * 256 + d[i + 2]) | 0; return h; }})()""")


def painted(page):
    page.wait("(() => { const c = document.querySelector('main .plate canvas'); if (!c || !c.width) return false; const d = c.getContext('2d').getImageData(c.width / 4, c.height / 4, c.width / 2, c.height / 2).data; return d.some((v, i) => i % 4 !== 3 && v > 0); })()", why="a painted image")
    page.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")


def test_arrow_keys_walk_the_ions_and_the_value_is_read(pages, server, analysed):
    dataset, _ = analysed
    page = pages(server, f"/?page=ions&dataset={dataset['id']}")
    painted(page)
    ions = server.json(f"/v1/datasets/{dataset['id']}/ions")["rows"]
    first, before = page.run("document.querySelector('h1').textContent"), pixels(page)
    page.tab_to("Ions", most=40)
    while page.run("document.activeElement.getAttribute('role')") != "listbox":
        page.tab_to("Ions", most=40)
    page.key("ArrowDown")
    page.wait(f"document.querySelector('h1').textContent !== {json.dumps(first)}")
    page.run("new Promise((r) => setTimeout(r, 400))")
    assert pixels(page) != before
    key = page.run("new URLSearchParams(location.search).get('ion')")
    ion = next(row for row in ions if str(row["mz"]) == key)
    # The value under the pointer is the data's.
    values = server.json(f"/v1/datasets/{dataset['id']}/ions/{key}.json")["values"]
    x, y, width, height = page.box("main .plate canvas")
    page.move(x + width / 2, y + height / 2)
    readout = page.wait("(document.querySelector('.readout').textContent.match(/x (\\d+), y (\\d+) px.* · ([\\d.]+) counts/) ?? []).slice(1)")
    px, py, counts = int(readout[0]), int(readout[1]), float(readout[2])
    assert values[py][px] == counts and abs(px - dataset["width"] / 2) <= 1
    assert "µm" in page.run("document.querySelector('.scale-bar').textContent") and ion["max"] >= counts


def test_colours_change_without_a_question_to_the_server(pages, server, analysed):
    dataset, _ = analysed
    page = pages(server, f"/?page=ions&dataset={dataset['id']}")
    painted(page)
    page.wait("document.querySelectorAll('.small-image').length > 0")
    page.run("new Promise((r) => setTimeout(r, 500))")
    asked, seen = len([u for u in page.requests if "/v1/" in u]), {pixels(page)}
    for label, value in (("Colours", "magma"), ("Scale", "log"), ("Clip at percentile", "90"), ("Smooth (px)", "2")):
        choose(page, label, value)
        page.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
        seen.add(pixels(page))
    assert len(seen) == 5
    assert len([u for u in page.requests if "/v1/" in u]) == asked


def test_our_colours_are_the_server_s(pages, server, analysed):
    """The same picture by the viewer and by curl, pixel for pixel, for every scale and map."""
    dataset, _ = analysed
    page = pages(server, f"/?page=ions&dataset={dataset['id']}")
    base = page.run("document.querySelector('script[type=module]').src.replace('app.js', '')")
    worst = page.run(f"""(async () => {{
        const [{{ recolor, smooth }}, {{ lookup }}, {{ rawImage, RawImage }}] = await Promise.all(['recolor', 'colormaps', 'raw-image'].map((n) => import('{base}' + n + '.js')));
        const ions = (await (await fetch('/v1/datasets/{dataset['id']}/ions')).json()).rows, ion = ions[5];
        const raw = await rawImage('{dataset['id']}', ion);
        let worst = 0;
        for (const colormap of ['viridis', 'cividis', 'magma', 'inferno', 'gray', 'hot']) for (const scale of ['linear', 'sqrt', 'log']) for (const sigma of [0, 1.5]) {{
            const image = sigma ? new RawImage(smooth(raw.values, raw.width, raw.height, sigma), raw.width, raw.height) : raw;
            const out = new Uint32Array(raw.values.length);
            recolor(image.values, {{ upper: image.percentile(99), scale }}, lookup(colormap), out);
            const mine = new Uint8Array(out.buffer);
            const picture = await createImageBitmap(await (await fetch(`/v1/datasets/{dataset['id']}/ions/${{ion.mz}}.png?colormap=${{colormap}}&scale=${{scale}}&smooth=${{sigma}}&clip=99`)).blob(), {{ colorSpaceConversion: 'none' }});
            const canvas = new OffscreenCanvas(raw.width, raw.height); const context = canvas.getContext('2d'); context.drawImage(picture, 0, 0);
            const theirs = context.getImageData(0, 0, raw.width, raw.height).data;
            for (let i = 0; i < mine.length; i += 1) worst = Math.max(worst, Math.abs(mine[i] - theirs[i]));
        }}
        return worst;
    }})()""")
    # One entry of a table, where rounding in float and double differ.
    assert worst <= 8


def test_an_overlay_and_a_normalised_image(pages, server, analysed):
    dataset, _ = analysed
    ions = server.json(f"/v1/datasets/{dataset['id']}/ions")["rows"]
    red, green = str(ions[3]["mz"]), str(ions[8]["mz"])
    page = pages(server, f"/?page=ions&dataset={dataset['id']}&red={red}&green={green}")
    page.has("Overlay")
    painted(page)
    assert page.run("document.querySelectorAll('.channels li').length") == 2
    choose(page, "Red", "")
    choose(page, "Green", "")
    choose(page, "Divide by", "tic")
    page.has("relative to the pixel")


def test_a_click_on_a_peak_shows_its_image(pages, server, analysed):
    dataset, _ = analysed
    page = pages(server, f"/?page=ions&dataset={dataset['id']}")
    page.wait("document.querySelector('.chart svg .sticks') !== null")
    first = page.run("document.querySelector('h1').textContent")
    x, y, width, height = page.box("main .chart svg")
    page.click(x + width * 0.8, y + height * 0.5)
    page.wait(f"document.querySelector('h1').textContent !== {json.dumps(first)}")


def test_one_selection_in_map_layout_table_and_heatmap(pages, server, analysed):
    dataset, analysis = analysed
    page = pages(server, f"/?page=cells&dataset={dataset['id']}&run={analysis['id']}")
    painted(page)
    clusters = server.json(f"/v1/jobs/{analysis['inputs']['clustering']}/result.json")
    before, layout = pixels(page), pixels(page, ".scatter canvas")
    count = clusters["clusters"][0]["cell_count"]
    page.tab_to(f"Select the {count} nuclei")
    page.key("Enter")
    page.has(f"{count} nuclei selected")
    page.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    assert pixels(page) != before and pixels(page, ".scatter canvas") != layout
    assert page.run("new URLSearchParams(location.search).get('cluster')") == "1"
    rows = page.run("[...document.querySelectorAll('[aria-label=Nuclei] tbody tr')].map((r) => r.getAttribute('aria-selected'))")
    assert rows and set(rows) == {"true"} and len(rows) == min(count, 25)
    # A nucleus on the map, by its place, is the one of the card and the table.
    cell = next(row for row in server.json(f"/v1/jobs/{analysis['inputs']['segmentation']}/result.json")["rows"] if row["area_px"] > 15)
    x, y, width, height = page.box("main .plate canvas")
    scale = min(width / dataset["width"], height / dataset["height"])
    left, top = x + (width - dataset["width"] * scale) / 2, y + (height - dataset["height"] * scale) / 2
    page.click(left + (cell["x_px"] + 0.5) * scale, top + (cell["y_px"] + 0.5) * scale)
    page.has(f"Nucleus {cell['cell_id']}")
    assert page.run("document.querySelector('[aria-label=Nuclei] tbody tr[aria-selected=true] td').textContent") == str(cell["cell_id"])
    # A rectangle over the whole layout selects all.
    x, y, width, height = page.box(".scatter canvas")
    page.drag(x + 2, y + 2, x + width - 2, y + height - 2)
    page.has(f"{len(clusters['rows'])} nuclei selected")


def test_names_and_colours_of_clusters_are_kept(pages, server, analysed):
    dataset, analysis = analysed
    path = f"/?page=cells&dataset={dataset['id']}&run={analysis['id']}"
    page = pages(server, path)
    page.tab_to("Name of cluster 2")
    page.type("Kupffer")
    page.key("Tab")
    page.has("Kupffer")
    clustering = analysis["inputs"]["clustering"]
    page.wait(f"fetch('/v1/jobs/{clustering}').then((r) => r.json()).then((j) => j.annotations?.clusters?.['2']?.name === 'Kupffer')")
    again = pages(server, path)
    again.wait("[...document.querySelectorAll('.heatmap th')].some((t) => t.textContent.includes('Kupffer'))")


def test_a_marker_is_shown_with_its_image_and_distribution(pages, server, analysed):
    dataset, analysis = analysed
    page = pages(server, f"/?page=markers&dataset={dataset['id']}&run={analysis['id']}&cluster=2")
    painted(page)
    page.wait("document.querySelectorAll('.chart .box').length > 1")
    best = next(row for row in server.json(f"/v1/jobs/{analysis['inputs']['diff']}/result.json")["rows"] if row["cluster"] == 2)
    assert f"{best['mz']:.2f}" in page.run("document.querySelector('[aria-label=\"Chosen ion\"] h2').textContent")
    assert page.run("document.querySelectorAll('.point').length") > 10
    page.run("document.querySelectorAll('.heatmap thead button')[3].click()")
    page.wait(f"!document.querySelector('[aria-label=\"Chosen ion\"] h2').textContent.includes('{best['mz']:.2f}')")


def test_two_runs_are_compared(pages, server, analysed):
    dataset, analysis = analysed
    page = pages(server, f"/?page=compare&dataset={dataset['id']}&a={analysis['id']}")
    page.has("Adjusted Rand index")
    assert page.run("document.querySelectorAll('main .plate canvas').length") == 2
    base = page.run("document.querySelector('script[type=module]').src.replace('app.js', '')")
    ari = page.run(f"""import('{base}agreement.js').then((m) => [m.adjustedRand(new Map([['1 1', 2], ['1 2', 1], ['2 2', 3]])), m.adjustedRand(new Map([['1 2', 4], ['2 1', 4]]))])""")
    # scikit-learn's adjusted_rand_score of [1,1,1,2,2,2] and [1,1,2,2,2,2].
    assert abs(ari[0] - 0.32432432432432434) < 1e-12 and ari[1] == 1


def test_a_link_shows_a_colleague_the_same(pages, server, analysed):
    dataset, analysis = analysed
    page = pages(server, f"/?page=ions&dataset={dataset['id']}")
    painted(page)
    choose(page, "Colours", "inferno")
    choose(page, "Scale", "sqrt")
    page.run("document.querySelectorAll('[role=option]')[7].click()")
    page.run("new Promise((r) => setTimeout(r, 500))")
    link, mine = page.run("location.pathname + location.search"), pixels(page)
    other = pages(server, link)
    painted(other)
    other.wait(f"document.querySelector('h1').textContent === {json.dumps(page.run('document.querySelector(`h1`).textContent'))}")
    other.run("new Promise((r) => setTimeout(r, 300))")
    assert pixels(other) == mine
    nuclei = pages(server, f"/?page=cells&dataset={dataset['id']}&run={analysis['id']}&nuclei=3")
    nuclei.has("Nucleus 3")


def test_back_and_forward_and_reload_lose_nothing(pages, server, analysed):
    dataset, _ = analysed
    page = pages(server, "/")
    page.wait("document.querySelector(\"main a[href*='page=ions']\") !== null")
    page.run("document.querySelector(\"main a[href*='page=ions']\").click()")
    painted(page)
    page.run("history.back()")
    page.has("Drop an export here")
    page.run("history.forward()")
    painted(page)
    page.send("Page.reload")
    page.wait("document.readyState === 'complete'")
    painted(page)


def test_the_report_names_methods_and_version(pages, server, analysed):
    dataset, analysis = analysed
    page = pages(server, f"/?page=report&dataset={dataset['id']}&run={analysis['id']}")
    page.has("Nature Methods 18, 1223–1232 (2021)")
    version = server.json("/v1")["version"]
    assert f"SEAM server {version}" in page.text()
    page.wait("[...document.querySelectorAll('.figure img')].every((i) => i.complete && i.naturalWidth > 0)")
    assert page.run("document.querySelectorAll('.figure img').length") == 6


def test_the_help_has_every_operation(pages, server):
    page = pages(server, "/?page=help")
    page.has("Conventions of all calls")
    shown = page.run("document.querySelectorAll('.operation').length")
    text = server.ask("/openapi.yaml")[2].decode()
    assert shown == text.count("\n      operationId: ")


def test_the_part_that_is_zoomed_to_is_in_the_link(pages, server, analysed):
    dataset, _ = analysed
    page = pages(server, f"/?page=ions&dataset={dataset['id']}")
    painted(page)
    page.run("document.querySelector('main .plate canvas').focus()")
    for key in ("ArrowRight", "+", "+", "ArrowDown"):
        page.key(key)
    page.wait("new URLSearchParams(location.search).get('view') !== null")
    link, mine = page.run("location.pathname + location.search"), pixels(page)
    page.run("document.activeElement.blur()")
    page.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    mine = pixels(page)
    other = pages(server, link)
    painted(other)
    assert pixels(other) == mine
