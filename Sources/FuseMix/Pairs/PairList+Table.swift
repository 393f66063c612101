import FilesOnDisk
import Foundation

extension PairList {
    /// Reads a table of ids: UTF-8 lines of tab-separated columns under a header that names them. Columns are `x`, `y`
    /// and optionally `group` and `split` (train, validation or test), in any order. An id may be in several pairs.
    /// Without a `group` a pair's group is that of its row of x, else the id of x.
    ///
    /// Throws `PairListError`, naming the file and the line.
    public init(
        contentsOf url: URL, xIDs: some Collection<String>, yIDs: some Collection<String>,
        xGroups: (some Collection<String>)?
    ) throws {
        let file = url.path(percentEncoded: false)
        let lines = try Self.lines(of: url, file: file)
        let table = try PairTable(header: lines[0], file: file)
        let x = try Self.indices(of: xIDs, side: "x"), y = try Self.indices(of: yIDs, side: "y")
        let groupsOfRows = xGroups.map { Array($0) }

        var xRows: [Int] = [], yRows: [Int] = [], names: [String] = []
        var parts: [Part]? = table.split == nil ? nil : []
        for (offset, line) in lines.dropFirst().enumerated() {
            let number = offset + 2
            let fields = try table.fields(of: line, number: number)
            let (xRow, yRow) = (x[fields[table.x]], y[fields[table.y]])
            guard let xRow else {
                throw PairListError.unknown(file: file, number: number, id: fields[table.x], side: "x")
            }
            guard let yRow else {
                throw PairListError.unknown(file: file, number: number, id: fields[table.y], side: "y")
            }
            xRows.append(xRow)
            yRows.append(yRow)
            names.append(table.group.map { fields[$0] } ?? groupsOfRows?[xRow] ?? fields[table.x])
            if let split = table.split { parts?.append(try table.part(fields[split], number: number)) }
        }
        self.init(xRows: xRows, yRows: yRows, groups: names, parts: parts)
    }

    /// The lines of the table, at least two of them; they end in LF or CR LF.
    private static func lines(of url: URL, file: String) throws -> [String] {
        let largest = 1 << 30
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
            throw PairListError.unreadable(file: file, reason: "no such file, or it may not be read")
        }
        guard data.count <= largest else {
            throw PairListError.unreadable(file: file, reason: "it is larger than \(largest) bytes")
        }
        guard let text = TextFile.text(of: data) else {
            throw PairListError.unreadable(
                file: file, reason: "line \(TextFile.firstBrokenLine(of: data)) is not UTF-8 text")
        }
        let lines = TextFile.lines(of: text)
        guard lines.count >= 2 else {
            throw PairListError.unreadable(file: file, reason: "it has no line after its header")
        }
        return lines
    }
}

/// The positions of the columns in a table of pairs.
private struct PairTable {
    let file: String
    let columns: Int
    let x: Int
    let y: Int
    let group: Int?
    let split: Int?

    /// Throws `PairListError.line` when a column is missing, unknown or named twice.
    init(header: String, file: String) throws {
        let names = header.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        let known: Set<String> = ["x", "y", "group", "split"]
        guard let x = names.firstIndex(of: "x"), let y = names.firstIndex(of: "y"),
            Set(names).count == names.count, known.isSuperset(of: names)
        else {
            throw PairListError.line(
                file: file, number: 1, found: "the header “\(header.onOneLine)”",
                expected: "x, y and, if wanted, group and split, separated by tabs")
        }
        (self.file, columns, self.x, self.y) = (file, names.count, x, y)
        (group, split) = (names.firstIndex(of: "group"), names.firstIndex(of: "split"))
    }

    func fields(of line: String, number: Int) throws -> [String] {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == columns else {
            throw PairListError.line(
                file: file, number: number, found: "\(fields.count) columns", expected: "\(columns), as in its header,")
        }
        return fields
    }

    func part(_ name: String, number: Int) throws -> PairList.Part {
        guard let part = PairList.Part(rawValue: name) else {
            throw PairListError.line(
                file: file, number: number, found: "the split “\(name.onOneLine)”",
                expected: "train, validation or test")
        }
        return part
    }
}
