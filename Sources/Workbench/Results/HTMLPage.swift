import Bytes
import Foundation

/// A self-contained HTML page: every text is escaped, pictures are inside as data.
struct HTMLPage {
    private var body = ""
    private let title: String

    init(title: String) { self.title = title }

    mutating func heading(_ level: Int, _ text: String) {
        body += "<h\(level)>\(Self.escape(text))</h\(level)>\n"
    }

    mutating func paragraph(_ text: String) { body += "<p>\(Self.escape(text))</p>\n" }

    mutating func code(_ text: String) { body += "<pre>\(Self.escape(text))</pre>\n" }

    mutating func picture(_ png: [UInt8], alternative: String, pixelated: Bool = false) {
        let data = Data(png).base64EncodedString()
        let style = pixelated ? " class=\"pixels\"" : ""
        body += "<img\(style) alt=\"\(Self.escape(alternative))\""
        body += " src=\"data:image/png;base64,\(data)\">\n"
    }

    mutating func table(_ table: ResultTable) {
        body += "<table><thead><tr>"
        for column in table.columns { body += "<th>\(Self.escape(column))</th>" }
        body += "</tr></thead><tbody>\n"
        for row in table.rows {
            body +=
                "<tr>" + row.map { "<td>\(Self.escape(Self.text($0)))</td>" }.joined() + "</tr>\n"
        }
        body += "</tbody></table>\n"
    }

    var encoded: [UInt8] {
        Array(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(Self.escape(title))</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
                padding: 0 1rem; color: #1a1a1a; background: #fff }
            h1 { font-size: 28px } h2 { font-size: 20px; margin-top: 2rem }
            img { max-width: 100%; display: block; margin: 1rem 0 }
            img.pixels { image-rendering: pixelated; width: 32rem; background: #000 }
            table { border-collapse: collapse; font-size: 12px }
            th, td { padding: 2px 8px; text-align: right; border-bottom: 1px solid #ddd;
                font-variant-numeric: tabular-nums }
            pre { font-size: 12px; overflow-x: auto; background: #f6f6f6; padding: 8px }
            </style></head><body>
            \(body)</body></html>

            """.utf8)
    }

    private static func text(_ field: CSVTable.Field) -> String {
        switch field {
        case .text(let text): text
        case .int(let value): String(value)
        case .double(let value): String(format: abs(value) >= 1e-3 ? "%.4g" : "%.2e", value)
        case .missing: "–"
        }
    }

    static func escape(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
