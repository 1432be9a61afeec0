import Bytes
import Foundation

/// The page at `/`: what the service is and how to begin, without a script.
enum LandingPage {
    private static let style = """
        body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto;
            padding: 0 1rem; color-scheme: light dark }
        pre { padding: 12px; overflow-x: auto; border: 1px solid #8886; border-radius: 4px;
            font-size: 14px }
        """

    /// Its content security policy: nothing but its own style, which is named by its hash.
    static let policy: String = {
        var hash = SHA256()
        hash.update(Array(style.utf8))
        let digest = Data(hash.finalized()).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }()

    static let bytes = Array(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>SEAM server</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>\(style)</style></head><body>
        <h1>SEAM server</h1>
        <p>Analysis of TOF-SIMS imaging mass spectrometry: upload ion images, get nuclei, their
        types and the ions that mark them.</p>
        <pre>curl -F file=@export.zip http://HOST/v1/datasets
        curl -H 'Content-Type: application/json' \\
            -d '{"dataset": "ds_…", "kind": "analysis"}' http://HOST/v1/jobs
        curl http://HOST/v1/jobs/job_…?wait=60
        curl -o report.html http://HOST/v1/jobs/job_…/result.html</pre>
        <p><a href="/v1/datasets">Datasets</a> · <a href="/v1/jobs">Jobs</a> ·
        <a href="/v1">Kinds of jobs and their parameters</a> ·
        <a href="/openapi.yaml">The whole contract</a></p>
        </body></html>

        """.utf8)
}
