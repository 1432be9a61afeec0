import API
import Bytes
import Foundation
import Glibc
import HTTP
import Simulation
import Testing
import Workbench

/// The handler over a workbench in a folder of its own, asked without a socket.
private final class Service {
    let folder = NSTemporaryDirectory() + "/seam-api-" + UUID().uuidString
    let workbench: Workbench
    let handler: SEAMHandler

    init() throws {
        workbench = try Workbench(.init(dataDirectory: folder + "/data"))
        handler = SEAMHandler(workbench: workbench, log: { _ in })
    }

    deinit {
        workbench.close(grace: 5)
        try? FileManager.default.removeItem(atPath: folder)
    }

    func ask(
        _ method: String, _ target: String, _ fields: [(String, String)] = [], body: [UInt8] = []
    ) throws -> HTTPResponse {
        let hosted = fields.contains { $0.0 == "Host" } ? fields : [("Host", "localhost")] + fields
        let request = try #require(
            HTTPRequest(method: method, target: target, headers: HTTPHeaders(hosted)))
        return settled(handler.respond(to: request, body: RequestBody(bytes: body)))
    }

    /// The answer itself, where it comes later; asks for it as the event loop does.
    private func settled(_ answer: HTTPResponse) -> HTTPResponse {
        var answer = answer
        while case .later(let wait, let again) = answer.body {
            let end = ContinuousClock.now + .seconds(wait.seconds)
            while !wait.hasChanged(), ContinuousClock.now < end { usleep(10_000) }
            answer = again()
        }
        return answer
    }

    /// Uploads a tiny simulated section; returns the dataset's id.
    func upload() throws -> String {
        var parameters = try #require(SectionParameters.preset("tiny"))
        parameters.size = 32
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try SectionWriter.writeASCIIZip(
            try Simulator.section(parameters), path: folder + "/a.zip", name: "a")
        let zip = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/a.zip")))
        let response = try ask("POST", "/v1/datasets?name=a%20b", body: zip)
        #expect(response.status == 201)
        return try #require(json(response)["id"]?.string)
    }
}

private func bytes(_ response: HTTPResponse) -> [UInt8] {
    if case .bytes(let bytes) = response.body { bytes } else { [] }
}

private func json(_ response: HTTPResponse) throws -> JSON { try JSON.parse(bytes(response)) }

@Suite struct HandlerTests {
    @Test(arguments: [
        ("GET", "/nowhere", 404, "not-found"), ("GET", "/v1/nothing", 404, "not-found"),
        ("PUT", "/v1/jobs", 405, "method-not-allowed"),
        ("GET", "/v1/datasets/ds_x", 404, "not-found"),
        ("GET", "/v1/jobs/job_x/result.npy", 404, "not-found"),
        ("GET", "/v1/datasets?limt=3", 400, "bad-query"),
        ("GET", "/v1/datasets?limit=0", 400, "bad-query"),
        ("GET", "/v1/datasets?limit=3&limit=4", 400, "bad-query"),
        ("GET", "/v1/datasets?cursor=zz", 400, "bad-query"),
        ("GET", "/v1/jobs?kind=cut", 400, "bad-query"),
        ("POST", "/v1/jobs", 400, "malformed-json"), ("POST", "/v1/datasets", 422, "bad-upload"),
    ])
    func `a request that cannot be met is a problem document`(
        method: String, target: String, status: Int, slug: String
    ) throws {
        let response = try Service().ask(method, target)
        #expect(response.status == status)
        #expect(response.headers["Content-Type"] == "application/problem+json")
        let problem = try json(response)
        #expect(problem["type"]?.string == "/errors/\(slug)")
        #expect(problem["status"]?.int == status)
        #expect(problem["detail"]?.string?.isEmpty == false)
        #expect(problem["request_id"]?.string?.isEmpty == false)
        if status == 405 { #expect(response.headers["Allow"] == "GET, HEAD, POST, OPTIONS") }
    }

    @Test(
        arguments: [
            ([("Host", "seam.example.org")], 421), ([("Host", "127.0.0.1.evil.org")], 421),
            ([("Host", "localhost:80x")], 421), ([("Origin", "http://evil.org")], 403),
            ([("Origin", "null")], 403), ([("Sec-Fetch-Site", "cross-site")], 403),
            ([("X-Forwarded-For", "1.2.3.4")], 403), ([("Forwarded", "for=1.2.3.4")], 403),
            ([("Via", "1.1 proxy")], 403), ([("Host", "[::1]:8080")], 200),
            ([("Host", "LOCALHOST:1")], 200), ([("Origin", "http://localhost")], 200),
        ] as [([(String, String)], Int)])
    func `open mode answers only this machine's own users`(
        fields: [(String, String)], status: Int
    ) throws {
        #expect(try Service().ask("GET", "/v1", fields).status == status)
    }

    @Test func `a dataset is uploaded, read, changed and deleted`() throws {
        let service = try Service()
        let id = try service.upload()
        let read = try service.ask("GET", "/v1/datasets/\(id)")
        #expect(try json(read)["name"] == "a b")
        let etag = try #require(read.headers["ETag"])
        #expect(
            try service.ask("GET", "/v1/datasets/\(id)", [("If-None-Match", etag)]).status == 304)

        let change = Array(#"{"sample": "s1", "pixel_size_um": 2.5}"#.utf8)
        let changed = try service.ask(
            "PATCH", "/v1/datasets/\(id)", [("If-Match", etag)], body: change)
        #expect(changed.status == 200)
        #expect(try json(changed)["pixel_size_um"] == 2.5)
        #expect(
            try service.ask("PATCH", "/v1/datasets/\(id)", [("If-Match", etag)], body: change)
                .status == 412)
        let bad = try service.ask(
            "PATCH", "/v1/datasets/\(id)", body: Array(#"{"nmae": "x", "visibility": 1}"#.utf8))
        #expect(bad.status == 422)
        #expect(try json(bad)["errors"]?.array?.count == 2)
        #expect(try service.ask("DELETE", "/v1/datasets/\(id)").status == 204)
        #expect(try service.ask("GET", "/v1/datasets/\(id)").status == 404)
    }

    @Test func `the form of an answer follows the suffix, then Accept, then the default`() throws {
        let service = try Service()
        let base = "/v1/datasets/\(try service.upload())/ions"
        #expect(try service.ask("GET", base).headers["Content-Type"] == "application/json")
        let csv = try service.ask("GET", base, [("Accept", "text/csv")])
        #expect(csv.headers["Content-Type"]?.hasPrefix("text/csv") == true)
        #expect(csv.headers["Vary"] == "Accept, Accept-Encoding")
        #expect(
            try service.ask("GET", base + ".csv", [("Accept", "application/json")]).headers[
                "Content-Type"]?.hasPrefix("text/csv") == true)
        #expect(try service.ask("GET", base + ".png").status == 406)
        #expect(try service.ask("GET", base, [("Accept", "image/gif")]).status == 406)
        let image = try service.ask("GET", base + "/134")
        #expect(image.headers["Content-Type"] == "image/png")
        #expect(image.headers["X-Seam-Ion"]?.hasPrefix("134.") == true)
        #expect(image.headers["Cache-Control"]?.contains("immutable") == true)
        #expect(try service.ask("GET", base + "/134.05.npy").status == 200)
        let part = try service.ask("GET", base + "/134.05.npy", [("Range", "bytes=0-5")])
        #expect(part.status == 206)
        #expect(bytes(part) == [0x93] + Array("NUMPY".utf8))
        let missing = try service.ask("GET", base + "/999.5")
        #expect(missing.status == 404)
        #expect(try json(missing)["detail"]?.string?.contains("nearest") == true)
        #expect(try service.ask("GET", base + "/134.png?colormap=jet").status == 400)
        #expect(try service.ask("GET", base + "/134.json?colormap=hot").status == 400)
    }

    @Test func `a job is asked for with all its faults told`() throws {
        let service = try Service()
        let id = try service.upload()
        let bad = try service.ask(
            "POST", "/v1/jobs",
            body: Array(#"{"dataset": "ds_none", "kind": "view", "parametrs": {}}"#.utf8))
        #expect(bad.status == 422)
        #expect(try json(bad)["errors"]?.array?.first?["pointer"] == "/parametrs")
        let made = try service.ask(
            "POST", "/v1/jobs", [("Idempotency-Key", "k1")],
            body: Array(#"{"dataset": "\#(id)", "kind": "segmentation"}"#.utf8))
        #expect(made.status == 202)
        let location = try #require(made.headers["Location"])
        let again = try service.ask(
            "POST", "/v1/jobs", [("Idempotency-Key", "k1")],
            body: Array(#"{"kind": "segmentation", "dataset": "\#(id)"}"#.utf8))
        #expect(again.status == 200 && again.headers["Location"] == location)
        let other = try service.ask(
            "POST", "/v1/jobs", [("Idempotency-Key", "k1")],
            body: Array(#"{"dataset": "\#(id)", "kind": "view"}"#.utf8))
        #expect(other.status == 422)
        var done = try json(made)
        while done["finished_at"] == .null {
            done = try json(try service.ask("GET", location + "?wait=60"))
        }
        #expect(done["state"] == "succeeded")
        let result = try service.ask("GET", location + "/result")
        #expect(try json(result)["columns"]?.array?.first == "cell_id")
        let labels = try service.ask("GET", location + "/result.npy")
        #expect(labels.headers["ETag"] != nil && bytes(labels).first == 0x93)
        let none = try service.ask("GET", location + "/result.html")
        #expect(none.status == 406)
        #expect(try json(none)["available"]?.array?.contains("geojson") == true)
    }

    @Test(arguments: ["+5", "0x10", "5.0", "1e1", "nan", "inf", "", "501", "-1"])
    func `a limit that is not a plain whole number in range is refused`(text: String) throws {
        let target = "/v1/datasets?limit=\(text.replacing("+", with: "%2B"))"
        #expect(try Service().ask("GET", target).status == 400)
    }

    @Test(arguments: ["nan", "inf", "-inf", "0x1p3", "%2B5", "1e999", "-1", ""])
    func `a number that JSON would not write is refused in a query`(text: String) throws {
        let service = try Service()
        let base = "/v1/datasets/\(try service.upload())/ions/134.png?clip=\(text)"
        #expect(try service.ask("GET", base).status == 400)
        #expect(
            try service.ask("POST", "/v1/datasets?pixel_size_um=\(text)", body: [1]).status
                == (text.isEmpty ? 422 : text == "%2B5" ? 422 : 400))
    }

    @Test(arguments: ["/?x=1", "/openapi.yaml?v=2", "/healthz?a=b"])
    func `static resources ignore queries`(target: String) throws {
        #expect(try Service().ask("GET", target).status == 200)
    }

    @Test func `what a renamed dataset shows is not cached for good, and the rest does not change`()
        throws
    {
        let service = try Service()
        let dataset = "/v1/datasets/\(try service.upload())"
        let ion = dataset + "/ions/134"
        let forms = ["", ".npy", ".csv", ".json", ".tif", ".png?legend=true"]
        let before = try forms.map { try service.ask("GET", ion + $0) }
        let changed = try service.ask(
            "PATCH", dataset, body: Array(#"{"name": "other", "pixel_size_um": 3.5}"#.utf8))
        #expect(changed.status == 200)
        let after = try forms.map { try service.ask("GET", ion + $0) }
        for (old, new) in zip(before, after)
        where old.headers["Cache-Control"]?.contains("immutable") == true {
            #expect(bytes(old) == bytes(new))
            #expect(old.headers["ETag"] == new.headers["ETag"])
        }
        #expect(before.count { $0.headers["Cache-Control"] == "no-cache" } == 3)
    }

    @Test func `ions by label, normalised and compared, come out for any name`() throws {
        let service = try Service()
        var zip = ZipWriter()
        let names = ["=cmd|x", "<b>&\"", "Ca²⁺ é", "a,b", "C.csv"]
        for (index, name) in names.enumerated() {
            let text = (0..<6).map { "\($0 % 3) \($0 / 3) \($0 * index % 7)\n" }.joined()
            try zip.add("\(name).txt", Array(text.utf8))
        }
        let made = try service.ask("POST", "/v1/datasets", body: zip.finish())
        #expect(made.status == 201, "\(String(decoding: bytes(made), as: UTF8.self))")
        let base = "/v1/datasets/\(try json(made)["id"]?.string ?? "")"
        let table = try json(try service.ask("GET", base + "/ions"))["rows"]?.array ?? []
        #expect(table.count == names.count)
        for row in table {
            let label = row["label"]?.string ?? ""
            let path = label.utf8.map { byte -> String in
                let hex = String(byte, radix: 16)
                return "%" + (hex.count == 1 ? "0" : "") + hex
            }.joined()
            for form in ["png", "json", "csv", "npy", "tif"] {
                let answer = try service.ask("GET", "\(base)/ions/\(path).\(form)")
                #expect(answer.status == 200, "\(label) \(form)")
                #expect(
                    answer.headers["X-Seam-Ion"]?.utf8.allSatisfy { $0 >= 32 && $0 < 127 } == true)
            }
            for kind in ["tic", "median", "rms"] {
                let answer = try service.ask(
                    "GET", "\(base)/ions/\(path).png?normalization=\(kind)&legend=true")
                #expect(answer.status == 200)
            }
            for metric in ["pearson", "cosine", "spearman"] {
                let answer = try service.ask(
                    "GET", "\(base)/colocalized?ion=\(path)&metric=\(metric)")
                #expect(answer.status == 200)
                #expect(try json(answer)["rows"]?.array?.count == names.count - 1)
            }
        }
        let csv = String(decoding: bytes(try service.ask("GET", base + "/ions.csv")), as: UTF8.self)
        #expect(csv.contains("'=cmd|x") && csv.contains("\"a,b\""))
        #expect(try service.ask("GET", base + "/spectrum.png").status == 200)
        #expect(try service.ask("GET", base + "/overlay.png?red=C.csv&legend=true").status == 200)
    }

    @Test(arguments: [
        #"{"seed": 1e300}"#, #"{"seed": -1}"#, #"{"seed": 1.5}"#, #"{"seed": 9223372036854775808}"#,
        #"{"seed": "1"}"#, #"{"marker": 1e300}"#, #"{"marker": -0.0}"#, #"{"marker": []}"#,
        #"{"beta": 1e400}"#, #"{"min_area_px": 1e18}"#, #"{"features": [null]}"#,
        #"{"features": 134}"#, #"[]"#, #""x""#, #"{"seed": 1, "seed": 2}"#,
    ])
    func `a pathological parameter is refused, and the service goes on`(parameters: String) throws {
        let service = try Service()
        let id = try service.upload()
        let answer = try service.ask(
            "POST", "/v1/jobs",
            body: Array(
                #"{"dataset": "\#(id)", "kind": "segmentation", "parameters": \#(parameters)}"#.utf8
            ))
        #expect([400, 422].contains(answer.status))
        #expect(try service.ask("GET", "/readyz").status == 200)
    }
}
