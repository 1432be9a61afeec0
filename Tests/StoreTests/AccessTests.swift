import Store
import Testing

struct AccessTests {
    private static func hash(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    @Test func `tokens are stored, used, revoked and never forgotten`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        #expect(try store.hasTokens() == false)
        let token = TokenRecord(
            id: "tok_a", owner: "ada", role: "member", hash: Self.hash(1),
            expiresAt: "2999-01-01T00:00:00.000000Z")
        try store.insertToken(token)
        #expect(try store.token("tok_a") == token)
        #expect(try store.token("tok_b") == nil)
        #expect(conflict { try store.insertToken(token) }?.reason == .duplicate)
        try store.touchTokens([("tok_a", "2026-02-01T00:00:00.000000Z")])
        try store.touchTokens([("tok_a", "2026-01-01T00:00:00.000000Z"), ("tok_x", "2026")])
        #expect(try store.token("tok_a")?.lastUsedAt == "2026-02-01T00:00:00.000000Z")
        let revoked = try store.revokeToken("tok_a")
        #expect(revoked.revokedAt != nil)
        #expect(try store.revokeToken("tok_a").revokedAt == revoked.revokedAt)
        #expect(try store.hasTokens())
        #expect(try store.tokens().map(\.id) == ["tok_a"])
        #expect(storeError { try store.revokeToken("tok_b") } == .notFound("token tok_b"))
    }

    @Test(arguments: [
        ("king", 32), ("member", 31), ("", 32),
    ])
    func `a token of no role or with a short hash is refused`(role: String, bytes: Int) throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let hash = [UInt8](repeating: 1, count: bytes)
        guard
            case .invalid? = storeError({
                try store.insertToken(TokenRecord(id: "t", owner: "a", role: role, hash: hash))
            })
        else {
            Issue.record("stored")
            return
        }
    }

    @Test func `a token is valid until it is revoked or has expired`() {
        var token = TokenRecord(
            id: "t", owner: "a", role: "reader", hash: Self.hash(1),
            expiresAt: "2026-01-02T00:00:00.000000Z")
        #expect(token.isValid(at: "2026-01-01T00:00:00.000000Z"))
        #expect(!token.isValid(at: "2026-01-02T00:00:00.000000Z"))
        token.expiresAt = nil
        #expect(token.isValid(at: "2999-01-01T00:00:00.000000Z"))
        token.revokedAt = "2026-01-01T00:00:00.000000Z"
        #expect(!token.isValid(at: "2025-01-01T00:00:00.000000Z"))
    }

    @Test func `a session comes with its token, and expired ones are forgotten`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        guard
            case .notFound? = storeError({
                try store.insertSession(
                    SessionRecord(hash: Self.hash(9), token: "tok_x", expiresAt: "2999"))
            })
        else {
            Issue.record("a session without a token")
            return
        }
        try store.insertToken(
            TokenRecord(id: "tok_a", owner: "ada", role: "reader", hash: Self.hash(1)))
        let old = SessionRecord(
            hash: Self.hash(2), token: "tok_a", expiresAt: "2020-01-01T00:00:00.000000Z")
        try store.insertSession(old)
        #expect(try store.session(Self.hash(2))?.token.owner == "ada")
        let new = SessionRecord(
            hash: Self.hash(3), token: "tok_a", expiresAt: "2999-01-01T00:00:00.000000Z")
        try store.insertSession(new)
        #expect(try store.session(Self.hash(2)) == nil)
        #expect(try store.session(Self.hash(3))?.session == new)
        #expect(try store.deleteSession(Self.hash(3)))
        #expect(try store.deleteSession(Self.hash(3)) == false)
    }

    @Test func `the audit is read newest first, in pages, by owner`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let lines = (0..<5).map {
            AuditRecord(
                owner: $0 % 2 == 0 ? "ada" : "bob", token: $0 == 0 ? nil : "tok_\($0)",
                address: "127.0.0.1", action: "DELETE /v1/x", object: "x\($0)", status: 204,
                requestID: "r\($0)")
        }
        for line in lines { try store.appendAudit(line) }
        let first = try store.listAudit(limit: 3)
        #expect(first.items == [lines[4], lines[3], lines[2]])
        let second = try store.listAudit(after: first.next, limit: 3)
        #expect(second.items == [lines[1], lines[0]])
        #expect(second.next == nil)
        #expect(try store.listAudit(owner: "bob").items == [lines[3], lines[1]])
    }

    @Test func `a request's key is remembered once an owner and resource`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        func remember(_ owner: String, _ resource: String, _ hash: String) throws {
            try store.rememberRequestKey(
                owner: owner, resource: resource, key: "k", requestHash: hash, object: "o",
                forgettingBefore: "2020")
        }
        try remember("ada", "datasets", "h")
        try remember("ada", "uploads", "i")
        try remember("bob", "datasets", "j")
        #expect(conflict { try remember("ada", "datasets", "x") }?.reason == .duplicate)
        let found = try store.requestKey(owner: "ada", resource: "datasets", key: "k")
        #expect(found?.requestHash == "h")
        #expect(found?.object == "o")
        try store.forgetRequestKey(owner: "ada", resource: "datasets", key: "k")
        #expect(try store.requestKey(owner: "ada", resource: "datasets", key: "k") == nil)
        #expect(try store.requestKey(owner: "bob", resource: "datasets", key: "k") != nil)
    }

    @Test func `an owner's use counts datasets and unfinished uploads`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        var sample = Sample(owner: "ada")
        sample.record.bytes = 100
        try store.insert(sample)
        let upload = UploadRecord(
            owner: "ada", length: 50, hashState: [1], metadata: "m", fileName: "f",
            expiresAt: "2999")
        try store.insertUpload(upload) { usage in
            usage.bytes == 100 && usage.uploads == 0 ? nil : "wrong"
        }
        let usage = try store.usage(owner: "ada")
        #expect(usage.bytes == 150)
        #expect(usage.uploads == 1)
        #expect(try store.usage(owner: "bob").bytes == 0)
        let refused = storeError { try store.insertUpload(upload) { _ in "no more" } }
        #expect(refused == .invalid("no more"))
        try store.advanceUpload(upload.id, received: 20, hashState: [2], expiresAt: "3000")
        let stored = try #require(try store.upload(upload.id))
        #expect(stored.received == 20)
        #expect(stored.hashState == [2])
        guard
            case .invalid? = storeError({
                try store.advanceUpload(upload.id, received: 51, hashState: [], expiresAt: "")
            })
        else {
            Issue.record("more than its length")
            return
        }
        #expect(try store.deleteUpload(upload.id))
        #expect(try store.uploads().isEmpty)
    }
}
