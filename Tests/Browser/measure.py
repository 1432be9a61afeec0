"""Measures the viewer in a browser; not a test, since seconds are noise where tests run.

    SEAM=… .venv-browser/bin/python Tests/Browser/measure.py [datasets, default 2000]

The medians of recolouring 512 x 512, selecting among 20,000 nuclei, the first page, and a long list.
"""

import sys
import tempfile
import time

import devtools
import service

RECOLOR = """(async () => {
    const [{ recolor }, { lookup }] = await Promise.all(['recolor', 'colormaps'].map((n) => import(`BASE${n}.js`)));
    const found = {};
    for (const [name, Kind] of [['u1', Uint8Array], ['u2', Uint16Array], ['f4', Float32Array]]) for (const scale of ['linear', 'log']) {
        const values = Kind.from({ length: 512 * 512 }, (_, i) => (i * 2654435761 % 977) / 4);
        const image = new ImageData(512, 512), out = new Uint32Array(image.data.buffer), canvas = document.createElement('canvas');
        canvas.width = canvas.height = 512;
        const context = canvas.getContext('2d'), times = [];
        for (let i = 0; i < 31; i += 1) {
            const begun = performance.now();
            recolor(values, { upper: 200, scale }, lookup(['viridis', 'magma'][i % 2]), out);
            context.putImageData(image, 0, 0);
            times.push(performance.now() - begun);
        }
        found[`${name} ${scale}`] = times.sort((a, b) => a - b)[15];
    }
    return found;
})()"""

SELECT = """(async () => {
    const modules = await Promise.all(['cell-map', 'cell-scatter', 'selection', 'cells-data'].map((n) => import(`BASE${n}.js`)));
    const [{ cellMap }, { cellScatter }, { Selection }, { Cells }] = modules;
    const side = 1024, pitch = 7.2, across = Math.floor(side / pitch), count = 20000;
    const labels = new Int32Array(side * side), shape = [];
    for (let c = 0; c < count; c += 1) {
        const x = Math.floor((c % across) * pitch), y = Math.floor(Math.floor(c / across) * pitch);
        shape.push({ x_px: x + 2, y_px: y + 2 });
        for (let dy = 0; dy < 5; dy += 1) for (let dx = 0; dx < 5; dx += 1) labels[(y + dy) * side + x + dx] = c + 1;
    }
    const ids = shape.map((_, i) => i + 1), rowOf = Int32Array.from({ length: count + 1 }, (_, i) => i - 1);
    const cells = new Cells({ dataset: { id: 'x', width: side, height: side, pixel_size_um: 1 }, labels, rowOf, ids, shape, notes: {}, clusters: Array.from({ length: 12 }, (_, i) => ({ cluster: i + 1 })),
        cluster: ids.map((i) => i % 12 + 1), layout: ids.map((i) => ({ umap1: Math.cos(i) * i, umap2: Math.sin(i * 1.7) * i })) });
    const selection = new Selection(), map = cellMap(cells, selection), scatter = cellScatter(cells, selection);
    document.querySelector('main').append(map.element, scatter.element);
    map.color(null); scatter.color(null);
    await new Promise((r) => setTimeout(r, 500));
    const script = [], frames = [];
    for (let i = 0; i < 21; i += 1) {
        const begun = performance.now();
        selection.select(cells.rowsOf(i % 12 + 1));
        script.push(performance.now() - begun);
        await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
        frames.push(performance.now() - begun);
    }
    const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
    return { 'script ms': median(script), 'until it is drawn ms': median(frames) };
})()"""


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        server, browser = service.Server(folder), devtools.Browser()
        try:
            page = browser.page()
            page.open(server.url)
            page.has("No datasets yet")
            base = page.run("document.querySelector('script[type=module]').src.replace('app.js', '')")
            sizes = page.run("performance.getEntriesByType('resource').filter((e) => e.name.includes('/viewer/')).reduce((s, e) => s + e.encodedBodySize, 0) + performance.getEntriesByType('navigation')[0].encodedBodySize")
            print(f"first page: {sizes} bytes of the viewer")
            for state in ("empty cache", "kept files"):
                fresh = page if state == "kept files" else browser.page()
                times = []
                for _ in range(5):
                    if state == "empty cache":
                        fresh.send("Network.clearBrowserCache")
                    begun = time.monotonic()
                    fresh.send("Page.navigate", url=server.url + "/?page=datasets")
                    fresh.wait("document.body?.innerText.includes('No datasets yet') ?? false")
                    times.append(1000 * (time.monotonic() - begun))
                print(f"first page usable, {state}: median {sorted(times)[2]:.0f} ms")
            for name, value in page.run(RECOLOR.replace("BASE", base)).items():
                print(f"recolouring 512 x 512, {name}: median {value:.2f} ms")
            for name, value in page.run(SELECT.replace("BASE", base)).items():
                print(f"selecting a cluster of 20,000 nuclei on 1024 x 1024, {name}: median {value:.1f}")
            for i in range(count):
                text = "".join(f"{x} {y} {(x * y + i) % 50}\n" for y in range(4) for x in range(4))
                server.ask(f"/v1/datasets?name=section%20{i}", "POST", ascii_zip(i, text))
            begun = time.monotonic()
            page.open(server.url + "/?page=datasets&sort=name&order=ascending")
            page.wait(f"document.body.innerText.includes('{count:,}'.replace(',', '\\u2009') + ' datasets')", 60)
            print(f"{count} datasets: listed in {time.monotonic() - begun:.2f} s")
            took = page.run("""(() => { const e = document.querySelector('input[type=search]'); const t = performance.now(); e.value = 'section 19'; e.dispatchEvent(new Event('input'));
                return new Promise((r) => { const look = () => / of 2\\u2009000 datasets/.test(document.body.innerText) || / of \\d+ datasets/.test(document.body.innerText) ? r(performance.now() - t) : setTimeout(look, 5); look(); }); })()""")
            print(f"{count} datasets: searched in {took:.0f} ms, of which 80 are the pause after typing")
        finally:
            browser.close()
            server.close()


def ascii_zip(i, text):
    import io
    import zipfile
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"s{i} - 134.05 u.txt", text)
    return data.getvalue()


if __name__ == "__main__":
    main()
