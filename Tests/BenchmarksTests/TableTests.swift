import Benchmarks
import Testing

@Suite struct TableTests {
    private func table() -> ResultTable {
        var table = ResultTable(header: ["item", "time"], numeric: [1])
        table.add(["a|b", "1 s"])
        table.add(["longer", "12.5 s"])
        return table
    }

    @Test func `columns are padded, numbers to the right`() {
        #expect(table().text == "item      time\na|b        1 s\nlonger  12.5 s")
    }

    @Test func `a bar within a cell does not end it`() {
        #expect(
            table().markdown == """
                | item | time |
                | --- | ---: |
                | a\\|b | 1 s |
                | longer | 12.5 s |
                """)
    }

    @Test func `a document gets its tables between the marks`() throws {
        let document =
            "top\n<!-- bench:a -->\nold\n<!-- /bench -->\nmiddle\n<!-- bench:b -->\nkept\n<!-- /bench -->\n"
        let filled = try MarkdownBlocks.filled(
            document, with: [("a", "first"), ("a", "new"), ("c", "nowhere")])
        #expect(
            filled
                == "top\n<!-- bench:a -->\n\nnew\n\n<!-- /bench -->\nmiddle\n<!-- bench:b -->\nkept\n<!-- /bench -->\n"
        )
        #expect(try MarkdownBlocks.filled(filled, with: [("a", "new")]) == filled)
    }

    @Test(arguments: [
        "<!-- bench:a -->\nold\n", "<!-- bench:a -->\n<!-- bench:b -->\n<!-- /bench -->\n",
    ])
    func `a mark that does not end is refused`(document: String) {
        #expect(throws: BenchmarkError.self) {
            try MarkdownBlocks.filled(document, with: [("a", "new")])
        }
    }

    @Test func `the blocks of a report are named for the document's marks`() throws {
        let blocks = MarkdownBlocks.all([
            report([
                try result("matmul/512x512x512", seconds: [1]), try result("cut/mdl", seconds: [2]),
            ])
        ])
        #expect(blocks.map(\.name) == ["machine", "kernels", "stages", "whole", "limits"])
        #expect(blocks[1].text.contains("matmul") && !blocks[1].text.contains("cut/mdl"))
        #expect(blocks[2].text.contains("cut/mdl") && !blocks[2].text.contains("matmul"))
    }
}
