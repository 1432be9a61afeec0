import HTTP
import Testing

private let curlBody =
    "--XX\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nliver\r\n"
    + "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b;é.txt\"\r\n"
    + "Content-Type: text/plain\r\n\r\nline\r\n--X\r\n\r\r\n-\r\n"
    + "--XX  \r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n\r\n--XX--\r\nepilogue"

private let curlMeaning =
    "name|-|-|liver;file|a b;é.txt|text/plain|line\r\n--X\r\n\r\r\n-;e|-|-|;"

private func read(
    _ body: String, pieceBytes: Int = .max, atMost: Int = 1 << 16,
    type: String = "multipart/form-data; boundary=XX", limits: MultipartReader.Limits = .init()
) throws(MultipartError) -> String {
    let source = RequestBody(bytes: Array(body.utf8), pieceBytes: pieceBytes)
    let reader = try MultipartReader(body: source, contentType: type, limits: limits)
    var text = ""
    while let part = try reader.nextPart() {
        text += "\(part.name)|\(part.filename ?? "-")|\(part.contentType ?? "-")|"
        var data: [UInt8] = []
        while true {
            let piece = try reader.read(atMost: atMost)
            if piece.isEmpty { break }
            data += piece
        }
        text += String(decoding: data, as: UTF8.self) + ";"
    }
    return text
}

private func failure(_ body: String, limits: MultipartReader.Limits = .init()) -> Int? {
    do throws(MultipartError) {
        _ = try read(body, limits: limits)
        return nil
    } catch {
        return error.status
    }
}

private func disposition(_ parameters: String) -> String {
    "--XX\r\nContent-Disposition: form-data; \(parameters)\r\n\r\n\r\n--XX--"
}

struct MultipartReaderTests {
    @Test func `a form means the same in pieces of every size`() throws {
        for pieceBytes in 1...curlBody.utf8.count {
            #expect(try read(curlBody, pieceBytes: pieceBytes) == curlMeaning, "\(pieceBytes)")
        }
        for atMost in 1...20 {
            #expect(try read(curlBody, pieceBytes: 7, atMost: atMost) == curlMeaning, "\(atMost)")
        }
    }

    @Test func `a form means the same when cut anywhere`() throws {
        let preamble = "before\r\n"
        for cut in 1..<preamble.utf8.count + 3 {
            #expect(try read(preamble + curlBody, pieceBytes: cut) == curlMeaning)
        }
    }

    @Test func `parts that are not read are skipped`() throws {
        let source = RequestBody(bytes: Array(curlBody.utf8), pieceBytes: 5)
        let reader = try MultipartReader(
            body: source, contentType: "Multipart/Form-Data; charset=x; boundary=\"XX\"")
        var names: [String] = []
        while let part = try reader.nextPart() { names.append(part.name) }
        #expect(names == ["name", "file", "e"])
        #expect(try reader.nextPart() == nil)
        #expect(try reader.read().isEmpty)
        #expect(try source.read().isEmpty)
    }

    @Test func `a form without parts is empty`() throws {
        #expect(try read("--XX--\r\n") == "")
    }

    @Test(arguments: [
        ("name=a; filename=b.txt", "a|b.txt|-|;"),
        ("name=\"a\"; filename=\"b\\\"c\\\\d.txt\"", "a|b\"c\\d.txt|-|;"),
        ("name=\"a\"; filename=\"b%22c%41.txt\"", "a|b\"c%41.txt|-|;"),
        ("name=\"a\"; filename=\"C:\\dir\\b.txt\"", "a|C:\\dir\\b.txt|-|;"),
        ("name=\"a\"; filename=\"x\"; filename*=UTF-8''%c3%a9%20b.txt", "a|é b.txt|-|;"),
        ("name=\"a\"; filename=\"x\"; filename*=utf-8'en'%zz", "a|x|-|;"),
        ("name=\"a\"; filename*=ISO-8859-1''%e9", "a|é|-|;"),
        ("name=\"a\"; filename=\"x\"; filename*=UTF-8''a%0d%0ab", "a|x|-|;"),
        ("name=\"\"; filename=\"\"", "||-|;"),
    ])
    func `names are decoded`(_ parameters: String, _ expected: String) throws {
        #expect(try read(disposition(parameters)) == expected)
    }

    @Test(arguments: [
        "", "XX", "--XX", "--XX-", "--XX\r\n", "--XX\r\nContent-Disposition: form-data; name=a",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nbody\r\n--X",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nbody\r\n--XX",
        "--XXY\r\n\r\n--XX--", "--XX\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data\r\n\r\n\r\n--XX--",
        "--XX\nContent-Disposition: form-data; name=a\n\n\n--XX--",
        "--XX\r\nContent-Disposition : form-data; name=a\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\u{0}\"\r\n\r\n\r\n--XX--",
    ])
    func `a broken form is refused`(_ body: String) {
        #expect(failure(body) == 400)
    }

    @Test func `limits of parts and their headers hold`() {
        let one = "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
        let limits = MultipartReader.Limits(parts: 2, headerBytes: 60)
        #expect(failure(one + one + "--XX--", limits: limits) == nil)
        #expect(failure(one + one + one + "--XX--", limits: limits) == 413)
        let long =
            "--XX\r\nContent-Disposition: form-data; name=a\r\nA: 012345678901234567890123456789\r\n\r\n\r\n--XX--"
        #expect(failure(long, limits: limits) == 413)
    }

    @Test func `a field beyond its limit is refused`() throws {
        let source = RequestBody(bytes: Array(curlBody.utf8))
        let reader = try MultipartReader(
            body: source, contentType: "multipart/form-data; boundary=XX")
        _ = try reader.nextPart()
        #expect(throws: MultipartError.tooLarge("a field is longer than 4 bytes")) {
            try reader.readAll(limit: 4)
        }
    }

    @Test(
        arguments: [
            nil, "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"a \"", "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
        ] as [String?])
    func `another media type is 415`(_ type: String?) {
        do throws(MultipartError) {
            _ = try MultipartReader(body: RequestBody(bytes: []), contentType: type)
            Issue.record("was taken")
        } catch {
            #expect(error.status == 415)
        }
    }

    @Test func `no bytes trap the reader`() {
        let pieces = [
            "--XX", "\r\n", "--", "Content-Disposition: form-data; name=\"a\"", "X", "\r", "\n",
            ":",
            "\"", "; filename*=UTF-8''%41", "%", "data", "\\",
        ]
        for seed in 0..<20_000 {
            var generator = TestGenerator(state: UInt64(seed))
            let count = Int.random(in: 0..<20, using: &generator)
            let body = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
            let whole = try? read(body)
            let parts = try? read(body, pieceBytes: 1 + seed % 5, atMost: 1 + seed % 3)
            if whole != parts {
                Issue.record("seed \(seed): \(body.debugDescription)")
                return
            }
        }
    }
}
