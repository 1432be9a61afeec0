#!/usr/bin/env bash
# The whole way, from a simulated section to pictures and marker tables, by curl alone.
# Leaves the results in ./demo and stops what it started. Exit 0 only if all of it worked.
set -euo pipefail
cd "$(dirname "$0")/.."

out=demo
server=
stop() {
    status=$?
    if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
        kill -TERM "$server"
        wait "$server" || { echo "demo: the server did not stop cleanly" >&2; status=1; }
    fi
    [ "$status" -eq 0 ] || echo "demo: failed; the server's log is $out/server.log" >&2
    exit "$status"
}
trap stop EXIT

say() { printf '\n== %s\n' "$*"; }
# The value of a top-level member of a JSON document as the service prints it, a member a line.
member() { sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" | head -1; }
# "42 %  view: Laying out ..." from a job's document.
progress() {
    awk -F'": ' '/^    "fraction": /{ f = $2 + 0 } /^    "(stage|message)": /{
        gsub(/^"|",?$/, "", $2); if (length($2) > length(text)) text = $2 }
        END { printf "%3d %%  %s\n", f * 100, text }'
}
get() { curl --silent --show-error --fail-with-body --output "$2" "$url$1" || { cat "$2"; exit 1; }; }

say "1. What is missing, and the build"
deploy/prerequisites.sh
seam=$(deploy/build.sh)
rm -rf "$out"
mkdir -p "$out/results"

say "2. A simulated liver section"
"$seam" simulate --preset liver --seed 1 --name liver -o "$out/section"

say "3. The server, with its store in $out/data, on a free port"
"$seam" serve --port 0 --data-dir "$out/data" >"$out/server.out" 2>"$out/server.log" &
server=$!
for _ in $(seq 100); do
    url=$(sed -n 's/^listening on //p' "$out/server.out")
    [ -n "$url" ] && break
    kill -0 "$server" 2>/dev/null || { cat "$out/server.log" >&2; exit 1; }
    sleep 0.1
done
[ -n "$url" ] || { echo "demo: the server did not start" >&2; exit 1; }
echo "$url"

say "4. Upload"
zips=("$out"/section/*.zip)
zip=${zips[0]}
curl --silent --show-error --fail-with-body -F "file=@$zip" -F name=liver -F sample=demo \
    "$url/v1/datasets" >"$out/results/dataset.json" || { cat "$out/results/dataset.json"; exit 1; }
dataset=$(member id <"$out/results/dataset.json")
echo "$dataset: $(member width <"$out/results/dataset.json") x" \
    "$(member height <"$out/results/dataset.json") pixels," \
    "$(member ion_count <"$out/results/dataset.json") ions"

say "5. The analysis"
curl --silent --show-error --fail-with-body -H 'Content-Type: application/json' \
    -d "{\"dataset\": \"$dataset\", \"kind\": \"analysis\"}" "$url/v1/jobs" >"$out/job.json" ||
    { cat "$out/job.json"; exit 1; }
job=$(member id <"$out/job.json")
shown=
while :; do
    get "/v1/jobs/$job" "$out/job.json"
    state=$(member state <"$out/job.json")
    line=$(progress <"$out/job.json")
    [ "$line" = "$shown" ] || echo "$line"
    shown=$line
    case $state in
        succeeded) break ;;
        failed | cancelled) cat "$out/job.json"; exit 1 ;;
    esac
    sleep 1
done
cp "$out/job.json" "$out/results/analysis.json"

say "6. Pictures and tables"
part() { sed -n "s/^    \"$1\": \"\(job_[^\"]*\)\",\{0,1\}\$/\1/p" "$out/job.json" | head -1; }
get "/v1/datasets/$dataset/ions.csv" "$out/results/ions.csv"
get "/v1/datasets/$dataset/spectrum.png" "$out/results/spectrum.png"
get "/v1/datasets/$dataset/ions/134.png?legend=true" "$out/results/ion_134.png"
get "/v1/jobs/$(part view)/result.png" "$out/results/view.png"
get "/v1/jobs/$(part segmentation)/result.csv" "$out/results/cells.csv"
get "/v1/jobs/$(part segmentation)/result.npy" "$out/results/labels.npy"
get "/v1/jobs/$(part segmentation)/plots/outlines.png" "$out/results/outlines.png"
get "/v1/jobs/$(part clustering)/result.csv" "$out/results/clusters.csv"
get "/v1/jobs/$(part clustering)/result.png" "$out/results/cell_map.png"
get "/v1/jobs/$(part embedding)/result.png" "$out/results/umap.png"
get "/v1/jobs/$(part diff)/result.csv" "$out/results/markers.csv"
get "/v1/jobs/$(part diff)/result.png" "$out/results/marker_heatmap.png"
for file in "$out"/results/*; do [ -s "$file" ] || { echo "demo: $file is empty" >&2; exit 1; }; done
ls -1 "$out/results"

say "7. How well it did, against the truth of the simulation"
truths=("$out"/section/*.npz)
truth=${truths[0]}
"$seam" evaluate "$out/results/labels.npy" "$truth" --clusters "$out/results/clusters.csv" \
    --markers "$out/results/markers.csv"

cat <<END

Everything is in $out/results. To go on with your own data:
    make serve                                     # starts the service on http://127.0.0.1:8080
    curl -F file=@export.zip http://127.0.0.1:8080/v1/datasets
    curl -d '{"dataset": "ds_...", "kind": "analysis"}' -H 'Content-Type: application/json' \\
        http://127.0.0.1:8080/v1/jobs
END
