/// Ogg files: links joined one behind the other, each perhaps of several streams side by side (RFC 3533, section 4). Of
/// each link the first stream of sound is taken, freed of the others, of junk and of pages whose checksum is wrong.
enum OggStreams {
    fileprivate enum Content: Equatable {
        case vorbis, opus, flac, speex, other
    }

    /// The first stream of sound of a link, page by page.
    fileprivate struct Link {
        let serial: UInt32
        let content: Content
        /// Granules a second, by which a page tells its time; nil where the head does not say.
        let rate: Double?
        var ranges: [Range<Int64>] = []
        var lastSequence: UInt32?
        var lastGranule: Int64 = 0
        var hasEnd = false
        /// Of Vorbis.
        var length = VorbisLength()

        /// The time of the last page, 0 where that is not known.
        var seconds: Double {
            guard let rate, rate > 0 else { return 0 }
            return Double(max(0, lastGranule)) / rate
        }
    }

    static func streams(of source: ByteSource) -> SoundStreams {
        var (links, gaps): ([Link], [(seconds: Double, pages: UInt32)]) = ([], [])
        var pages = OggPages(source)
        var (isAmongFirst, secondsBefore) = (false, 0.0)
        while let page = pages.next() {
            if page.isFirst, let link = link(beginningWith: page, of: source) {
                if !isAmongFirst {
                    secondsBefore += links.last?.seconds ?? 0
                    links.append(link)
                } else if let last = links.last, last.content == .other, link.content != .other {
                    links[links.count - 1] = link
                }
            }
            isAmongFirst = page.isFirst
            guard let last = links.indices.last, links[last].serial == page.serial else { continue }
            let seconds = secondsBefore + links[last].seconds
            let missing = add(page, to: &links[last])
            if links[last].content == .vorbis { measure(page, of: source, in: &links[last]) }
            if missing > 0 { gaps.append((seconds, missing)) }
        }
        var shortfalls: [AudioWarning.Kind] = []
        if let first = gaps.first {
            let pages = gaps.reduce(0) { $0 + Int($1.pages) }
            let missing = pages == 1 ? "an Ogg page is" : "\(pages) Ogg pages are"
            shortfalls.append(.gap(seconds: first.seconds, reason: "\(missing) missing or damaged"))
        }
        guard !links.isEmpty else {
            return SoundStreams([SoundStream(source: source, codec: .sndfile)], lacking: [.unendedStream])
        }
        if links.contains(where: { !$0.hasEnd }) { shortfalls.append(.unendedStream) }
        return SoundStreams(links.map { stream(of: $0, in: source) }, lacking: shortfalls)
    }

    private static func link(beginningWith page: OggPages.Page, of source: ByteSource) -> Link? {
        guard
            let head = source.bytes(
                at: page.body.lowerBound, count: Int(min(page.body.upperBound - page.body.lowerBound, 32)))
        else { return nil }
        if head.starts(with: [1] + Array("vorbis".utf8)), head.count >= 16 {
            return Link(serial: page.serial, content: .vorbis, rate: Double(UInt32(little: head[12..<16])))
        }
        if head.starts(with: Array("OpusHead".utf8)) {
            return Link(serial: page.serial, content: .opus, rate: 48_000)
        }
        if head.starts(with: [0x7F] + Array("FLAC".utf8)), head.count >= 30 {
            let rate = Int(head[27]) << 12 + Int(head[28]) << 4 + Int(head[29]) >> 4
            return Link(serial: page.serial, content: .flac, rate: Double(rate))
        }
        let isSpeex = head.starts(with: Array("Speex   ".utf8))
        return Link(serial: page.serial, content: isSpeex ? .speex : .other, rate: nil)
    }

    /// Returns the number of pages missing before this one.
    private static func add(_ page: OggPages.Page, to link: inout Link) -> UInt32 {
        defer {
            link.lastSequence = page.sequence
            if page.granule >= 0 { link.lastGranule = page.granule }
        }
        // The native FLAC within begins behind nine bytes (Ogg FLAC mapping, version 1.0).
        let isHead = link.content == .flac && link.ranges.isEmpty
        let start = link.content == .flac ? page.body.lowerBound + (isHead ? 9 : 0) : page.offset
        if start < page.body.upperBound { link.append(start..<page.body.upperBound) }
        link.hasEnd = page.isLast
        guard let last = link.lastSequence, page.sequence > last else { return 0 }
        return page.sequence - last - 1
    }

    private static func measure(_ page: OggPages.Page, of source: ByteSource, in link: inout Link) {
        let size = Int(page.body.upperBound - page.body.lowerBound)
        guard let body = source.bytes(at: page.body.lowerBound, count: size) else { return }
        link.length.add(lacing: page.lacing, body: body)
    }

    private static func stream(of link: Link, in source: ByteSource) -> SoundStream {
        let pages = link.ranges == [0..<source.length] ? source : ByteSource(source, ranges: link.ranges)
        switch link.content {
        case .vorbis:
            let seconds = link.rate.map { Double(link.length.frames) / max($0, 1) }
            return SoundStream(source: pages, codec: .sndfile, seconds: seconds)
        case .opus: return SoundStream(source: pages, codec: .sndfile)
        case .flac: return SoundStream(source: pages, codec: FLACStreams.codec(of: pages))
        case .speex: return SoundStream(source: source, codec: .foreign("Speex in Ogg"))
        case .other: return SoundStream(source: source, codec: .foreign("Ogg without Vorbis, Opus or FLAC"))
        }
    }
}

extension OggStreams.Link {
    /// Neighbouring pages are one range.
    fileprivate mutating func append(_ range: Range<Int64>) {
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            ranges.append(range)
        }
    }
}
