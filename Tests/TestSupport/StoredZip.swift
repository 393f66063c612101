import Foundation

/// A zip archive of stored files, whose numbers can be made wrong.
public struct StoredZip {
    public struct Entry {
        public var name: String
        public var bytes: Data
        public var method = 0
        public var flags = 0
        /// What the directory says of the size, if not the truth.
        public var claimedSize: Int?
        public var claimedPlace: Int?
    }

    public var entries: [Entry]
    /// Whether the numbers stand in zip64 fields.
    public var isLarge = false
    public var claimedCount: Int?

    public init(_ files: [(String, Data)]) { entries = files.map { Entry(name: $0.0, bytes: $0.1) } }

    public var data: Data {
        var archive = Data()
        var directory = Data()
        for entry in entries {
            let (place, size) = (entry.claimedPlace ?? archive.count, entry.claimedSize ?? entry.bytes.count)
            let name = Data(entry.name.utf8)
            let common = number(entry.flags, 2) + number(entry.method, 2) + number(0, 8)
            archive += Data("PK\u{3}\u{4}".utf8) + number(20, 2) + common + number(entry.bytes.count, 4)
            archive += number(entry.bytes.count, 4) + number(name.count, 2) + number(3, 2) + name + Data(count: 3)
            archive += entry.bytes
            let extra =
                isLarge ? number(1, 2) + number(24, 2) + number(size, 8) + number(size, 8) + number(place, 8) : Data()
            directory += Data("PK\u{1}\u{2}".utf8) + number(20, 2) + number(20, 2) + common
            directory += isLarge ? Data(repeating: 255, count: 8) : number(size, 4) + number(size, 4)
            directory += number(name.count, 2) + number(extra.count, 2) + number(0, 10)
            directory += (isLarge ? Data(repeating: 255, count: 4) : number(place, 4)) + name + extra
        }
        let (start, count) = (archive.count, claimedCount ?? entries.count)
        archive += directory
        if isLarge {
            let end = archive.count
            archive += Data("PK\u{6}\u{6}".utf8) + number(44, 8) + number(0, 12) + number(count, 8) + number(count, 8)
            archive += number(directory.count, 8) + number(start, 8)
            archive += Data("PK\u{6}\u{7}".utf8) + number(0, 4) + number(end, 8) + number(1, 4)
        }
        archive += Data("PK\u{5}\u{6}".utf8) + number(0, 4)
        let short = isLarge ? 0xFFFF : count
        archive += number(short, 2) + number(short, 2) + number(directory.count, 4)
        return archive + number(isLarge ? 0xFFFF_FFFF : start, 4) + number(0, 2)
    }
}

/// A little-endian number.
public func number(_ value: Int, _ bytes: Int) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0.prefix(bytes)) } + Data(count: max(0, bytes - 8))
}
