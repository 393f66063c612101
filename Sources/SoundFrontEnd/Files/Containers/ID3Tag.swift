/// An ID3v2 tag, which some programs write before any kind of sound (ID3 tag version 2.4.0, section 3.1).
enum ID3Tag {
    /// Returns what lies behind all tags at the beginning.
    static func passedOver(in source: ByteSource) -> ByteSource {
        let start = end(in: source)
        return start == 0 ? source : ByteSource(source, ranges: [start..<source.length])
    }

    /// Returns the offset behind all tags at the beginning; 0 where there is none.
    static func end(in source: ByteSource) -> Int64 {
        var offset: Int64 = 0
        while let head = source.bytes(at: offset, count: 10), tag(head.prefix(3)) == "ID3",
            head[6..<10].allSatisfy({ $0 < 128 })
        {
            let size = head[6..<10].reduce(0) { $0 << 7 | Int64($1) }
            let footer: Int64 = head[5] & 0x10 == 0 ? 0 : 10
            guard offset + 10 + size + footer < source.length else { break }
            offset += 10 + size + footer
        }
        return offset
    }
}
