import Bytes
import Foundation

/// A self-contained HTML page for screen and paper: every text is escaped, pictures are inside as data.
struct HTMLPage {
    /// A cell of a table.
    enum Cell {
        case text(String)
        case number(String)
        /// A colour `#rrggbb` and what it stands for.
        case swatch(String, String)
    }

    private var body = ""
    private var contents: [(id: String, text: String)] = []
    private let title: String

    init(title: String) { self.title = title }

    /// The head of the page: its one title, a line below it, and figures with what they count.
    mutating func head(_ text: String, _ line: String, figures: [(value: String, unit: String)]) {
        body += "<header><h1>\(Self.escape(text))</h1>\n<p>\(Self.escape(line))</p>\n"
        body += "<dl class=\"figures\">"
        for figure in figures {
            body +=
                "<div><dt>\(Self.escape(figure.unit))</dt><dd>\(Self.escape(figure.value))</dd></div>"
        }
        body += "</dl></header>\n<!--contents-->\n"
    }

    /// A section that the list of contents names.
    mutating func section(_ text: String) {
        let id = "s\(contents.count + 1)"
        contents.append((id, text))
        body += "<h2 id=\"\(id)\">\(Self.escape(text))</h2>\n"
    }

    mutating func heading(_ text: String) { body += "<h3>\(Self.escape(text))</h3>\n" }

    mutating func paragraph(_ text: String) { body += "<p>\(Self.escape(text))</p>\n" }

    /// A remark that is to be seen.
    mutating func note(_ text: String) { body += "<p class=\"note\">\(Self.escape(text))</p>\n" }

    mutating func code(_ text: String) { body += "<pre>\(Self.escape(text))</pre>\n" }

    mutating func list(_ items: [String]) {
        body += "<ol>" + items.map { "<li>\(Self.escape($0))</li>" }.joined() + "</ol>\n"
    }

    /// How a picture is shown.
    enum PictureStyle: String {
        /// As wide as the page.
        case figure
        /// Less wide.
        case small
        /// One whose pixels are data and not drawn.
        case data
    }

    /// A picture with what it shows.
    mutating func picture(_ png: [UInt8], caption: String, _ style: PictureStyle = .figure) {
        let data = Data(png).base64EncodedString()
        body += "<figure class=\"\(style.rawValue)\">"
        body += "<img alt=\"\(Self.escape(caption))\" src=\"data:image/png;base64,\(data)\">"
        body += "<figcaption>\(Self.escape(caption))</figcaption></figure>\n"
    }

    /// A table; units belong to the names of the columns.
    mutating func table(_ columns: [String], _ rows: [[Cell]]) {
        let isNumber = columns.indices.map { column in
            rows.contains { if case .number = $0[column] { true } else { false } }
        }
        body += "<div class=\"table\"><table><thead><tr>"
        for (column, name) in columns.enumerated() {
            body += "<th\(isNumber[column] ? " class=\"n\"" : "")>\(Self.escape(name))</th>"
        }
        body += "</tr></thead><tbody>\n"
        for row in rows { body += "<tr>" + row.map(Self.cell).joined() + "</tr>\n" }
        body += "</tbody></table></div>\n"
    }

    private static func cell(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): "<td>\(escape(text))</td>"
        case .number(let text): "<td class=\"n\">\(escape(text))</td>"
        case .swatch(let color, let text):
            "<td><i style=\"background:\(escape(color))\"></i>\(escape(text))</td>"
        }
    }

    var encoded: [UInt8] {
        let links = contents.map { "<a href=\"#\($0.id)\">\(Self.escape($0.text))</a>" }
        let list = "<nav>\(links.joined())</nav>"
        return Array(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(Self.escape(title))</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>\(Self.style)</style></head><body><main>
            \(body.replacingOccurrences(of: "<!--contents-->", with: list))</main></body></html>

            """.utf8)
    }

    /// The look: system fonts, a 4-px grid, one accent; light and dark by the system's wish, paper light.
    private static let style = """
        :root { --ink: #1b1f24; --soft: #59626d; --line: #d5dae0; --plate: #f5f7f9; --paper: #fff;
            --accent: #0a5ea8; --note: #fff6dc; color-scheme: light dark }
        @media (prefers-color-scheme: dark) { @media screen { :root { --ink: #e6e9ec; --soft: #9aa4af;
            --line: #363d45; --plate: #1c2126; --paper: #121518; --accent: #6cb2f0; --note: #33301f } } }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--paper); color: var(--ink);
            font: 14px/20px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
        main { max-width: 960px; margin: 0 auto; padding: 32px 24px 64px }
        h1 { font-size: 28px; line-height: 36px; margin: 0 0 4px; overflow-wrap: anywhere }
        h2 { font-size: 20px; line-height: 28px; margin: 40px 0 8px; padding-top: 12px;
            border-top: 1px solid var(--line) }
        h3 { font-size: 16px; line-height: 24px; margin: 24px 0 4px }
        p { margin: 8px 0; max-width: 84ch } header p { color: var(--soft); max-width: none }
        a { color: var(--accent) }
        nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 16px 0 }
        .figures { display: flex; flex-wrap: wrap; gap: 8px 40px; margin: 20px 0 }
        .figures div { display: flex; flex-direction: column-reverse } .figures dt { color: var(--soft);
            font-size: 12px; line-height: 16px } .figures dd { margin: 0; font-size: 20px;
            line-height: 28px; font-variant-numeric: tabular-nums }
        .note { background: var(--note); padding: 8px 12px; border-radius: 4px }
        figure { margin: 16px 0; break-inside: avoid }
        img { display: block; max-width: 100%; height: auto }
        .data img { image-rendering: pixelated; width: 512px; background: #000; border-radius: 4px }
        .small img { width: 560px }
        figcaption { font-size: 12px; line-height: 16px; color: var(--soft); margin-top: 4px;
            max-width: 90ch }
        .table { overflow-x: auto; margin: 12px 0 }
        table { border-collapse: collapse; font-size: 12px; line-height: 16px;
            font-variant-numeric: tabular-nums }
        th, td { padding: 4px 16px 4px 0; text-align: left; vertical-align: top;
            border-bottom: 1px solid var(--line) }
        th { color: var(--soft); font-weight: 600; border-bottom-color: var(--soft) }
        td { overflow-wrap: break-word } .n { text-align: right; white-space: nowrap }
        tr { break-inside: avoid } thead { display: table-header-group }
        td i { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px;
            print-color-adjust: exact; -webkit-print-color-adjust: exact }
        pre { font: 12px/16px ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
            background: var(--plate); padding: 12px; border-radius: 4px; margin: 8px 0 }
        ol { padding-left: 24px; margin: 8px 0 } li { margin: 4px 0; max-width: 90ch }
        @page { margin: 16mm }
        @media print { main { max-width: none; padding: 0 } nav { display: none } h2, h3 {
            break-after: avoid } img { max-height: 210mm; width: auto } a { color: inherit } }
        """

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
