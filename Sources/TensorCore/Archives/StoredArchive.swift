import FilesOnDisk

/// The entries of a zip archive whose files are stored as they are (PKWARE's APPNOTE.TXT, with zip64), as `torch.save` and
/// `numpy.savez` write it. A compressed or encrypted entry is a fault, so nothing is ever inflated.
struct StoredArchive {
    /// Where each file's bytes lie in the archive.
    let entries: [String: Range<Int>]

    struct Fault: Error {
        /// Completes “… is not a valid PyTorch file: ” and the like.
        let reason: String
    }

    /// The most files of an archive; large models have some thousands.
    private static let mostEntries = 1 << 20

    /// Whether a file that begins with these bytes is an archive.
    static func begins(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: "PK\u{3}\u{4}".utf8) }

    /// Reads the directory at the archive's end. Throws `Fault`.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        let directory = try Self.directory(of: bytes)
        var entries: [String: Range<Int>] = [:]
        var reader = LittleEndianReader(bytes, from: directory.start)
        for _ in 0..<directory.count {
            let (name, range) = try Self.entry(&reader, bytes)
            guard entries.updateValue(range, forKey: name) == nil else {
                throw Fault(reason: "its archive has two files “\(name.onOneLine)”")
            }
        }
        self.entries = entries
    }

    /// Reads the end of the archive, and the zip64 end where that says too little.
    private static func directory(of bytes: UnsafeRawBufferPointer) throws -> (start: Int, count: Int) {
        let endLength = 22, longestComment = 65_535
        let cut = Fault(reason: "its archive has no end, so that it was probably cut")
        guard bytes.count >= endLength else { throw cut }
        let last = bytes.count - endLength
        let places = stride(from: last, through: max(0, last - longestComment), by: -1)
        guard let place = places.first(where: { bytes.starts(with: "PK\u{5}\u{6}", at: $0) }) else { throw cut }
        var end = LittleEndianReader(bytes, from: place + 10)
        var (count, start) = (try end.number(2), 0)
        try end.skip(4)
        start = try end.number(4)
        if count == 0xFFFF || start == 0xFFFF_FFFF {
            let locatorLength = 20
            guard place >= locatorLength, bytes.starts(with: "PK\u{6}\u{7}", at: place - locatorLength) else {
                throw cut
            }
            var locator = LittleEndianReader(bytes, from: place - locatorLength + 8)
            let large = try locator.number(8)
            guard bytes.starts(with: "PK\u{6}\u{6}", at: large) else { throw cut }
            var end = LittleEndianReader(bytes, from: large + 32)
            count = try end.number(8)
            try end.skip(8)
            start = try end.number(8)
        }
        guard 1...mostEntries ~= count else { throw Fault(reason: "its archive claims \(count) files") }
        return (start, count)
    }

    /// Reads one entry of the directory, and finds its bytes behind the local header.
    private static func entry(
        _ reader: inout LittleEndianReader, _ bytes: UnsafeRawBufferPointer
    ) throws -> (name: String, bytes: Range<Int>) {
        guard try reader.number(4) == 0x0201_4B50 else {
            throw Fault(reason: "its archive's list of files breaks off")
        }
        try reader.skip(4)
        let (flags, method) = (try reader.number(2), try reader.number(2))
        try reader.skip(8)
        var (packed, size) = (try reader.number(4), try reader.number(4))
        let (nameLength, extraLength, commentLength) = (
            try reader.number(2), try reader.number(2), try reader.number(2)
        )
        try reader.skip(8)
        var header = try reader.number(4)
        let name = String(decoding: try reader.bytes(nameLength), as: UTF8.self)
        var extra = LittleEndianReader(try reader.bytes(extraLength))
        try reader.skip(commentLength)
        // The numbers that do not fit four bytes stand in the zip64 field, in this order.
        while extra.left >= 4 {
            let (kind, length) = (try extra.number(2), try extra.number(2))
            var field = LittleEndianReader(try extra.bytes(length))
            guard kind == 1 else { continue }
            if size == 0xFFFF_FFFF { size = try field.number(8) }
            if packed == 0xFFFF_FFFF { packed = try field.number(8) }
            if header == 0xFFFF_FFFF { header = try field.number(8) }
        }
        guard flags & 1 == 0, method == 0, packed == size else {
            throw Fault(
                reason: "“\(name.onOneLine)” in it is compressed or encrypted, but only files stored plain are read")
        }
        guard bytes.starts(with: "PK\u{3}\u{4}", at: header) else {
            throw Fault(reason: "“\(name.onOneLine)” in it is not where its list says")
        }
        var local = LittleEndianReader(bytes, from: header + 26)
        let lengths = try local.number(2) + local.number(2)
        let start = header + 30 + lengths
        guard start <= bytes.count, size <= bytes.count - start else {
            throw Fault(reason: "“\(name.onOneLine)” in it reaches beyond its end")
        }
        return (name, start..<start + size)
    }
}

/// Reads numbers and bytes one after the other; beyond the end it throws.
struct LittleEndianReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var place: Int

    init(_ bytes: UnsafeRawBufferPointer, from place: Int = 0) { (self.bytes, self.place) = (bytes, place) }

    var left: Int { max(0, bytes.count - place) }

    /// A number of 1 to 8 bytes. Throws `StoredArchive.Fault`, as the following do, also for one beyond `Int`.
    mutating func number(_ count: Int) throws -> Int {
        let value = try self.bytes(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else { throw StoredArchive.Fault(reason: "it has the number \(value)") }
        return number
    }

    mutating func bytes(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard 0...bytes.count ~= place, 0...left ~= count else { throw StoredArchive.Fault(reason: "it breaks off") }
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    mutating func skip(_ count: Int) throws { _ = try bytes(count) }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes stand at a place, which may lie outside.
    fileprivate func starts(with text: String, at place: Int) -> Bool {
        0..<count ~= place && self[place...].starts(with: text.utf8)
    }
}
