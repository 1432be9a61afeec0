/// The head of one part of a form (RFC 7578 4).
public struct MultipartPart: Sendable {
    /// The fields of the part.
    public var headers: HTTPHeaders
    /// The form field's name.
    public var name: String
    /// The file's name as the client gave it, nil for a plain field. It may hold anything, also
    /// slashes: never use it as a path.
    public var filename: String?
    /// The declared media type, nil where there is none.
    public var contentType: String? { headers["Content-Type"] }

    /// Reads `Content-Disposition: form-data; name="…"; filename="…"`.
    init(headers: HTTPHeaders) throws(MultipartError) {
        guard let value = headers["Content-Disposition"] else {
            throw .malformed("a part has no Content-Disposition")
        }
        let disposition = ParameterizedValue(value)
        guard disposition.value == "form-data", let name = disposition["name"] else {
            throw .malformed("a part's Content-Disposition is not form-data with a name")
        }
        self.headers = headers
        self.name = name
        filename = disposition.extended("filename") ?? disposition["filename"]
    }
}
