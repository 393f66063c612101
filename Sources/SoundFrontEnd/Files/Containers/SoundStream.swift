/// A stream of sound within a file: its bytes, and what decodes them. A file holds several where others were joined.
struct SoundStream {
    enum Codec: Equatable {
        case sndfile
        case mpeg
        /// Read by the ffmpeg program alone; named for people.
        case foreign(String)
    }

    let source: ByteSource
    let codec: Codec
}

/// The streams that a file holds, one behind the other, and what its container lacks.
struct SoundStreams {
    var streams: [SoundStream]
    var shortfalls: [AudioWarning.Kind] = []

    /// Tells by the first bytes, whatever the file's name. An ID3 tag, which some programs write before any kind of sound,
    /// is passed over.
    init(of source: ByteSource) {
        let start = ID3Tag.end(in: source)
        let rest = start == 0 ? source : ByteSource(source, ranges: [start..<source.length])
        let head = rest.bytes(at: 0, count: 12) ?? []
        switch (tag(head.prefix(4)), tag(head.dropFirst(8))) {
        case ("RIFF", "WAVE"), ("RF64", "WAVE"), ("BW64", "WAVE"), ("FORM", "AIFF"), ("FORM", "AIFC"), ("riff", _),
            (".snd", _):
            self = ChunkedContainers.streams(of: rest)
        case ("OggS", _): self = OggStreams.streams(of: rest)
        case ("fLaC", _): self = FLACStreams.streams(of: rest)
        default:
            if let format = ForeignFormat.name(of: rest) {
                streams = [SoundStream(source: source, codec: .foreign(format))]
            } else if let frame = MPEGHeader.firstFrame(in: rest) {
                let frames = frame == 0 ? rest : ByteSource(rest, ranges: [frame..<rest.length])
                streams = [SoundStream(source: frames, codec: .mpeg)]
            } else {
                streams = [SoundStream(source: rest, codec: .sndfile)]
            }
        }
    }

    init(_ streams: [SoundStream], lacking shortfalls: [AudioWarning.Kind] = []) {
        (self.streams, self.shortfalls) = (streams, shortfalls)
    }
}

extension AudioFile {
    /// Whether a regular file begins as sounds or films do. Only its beginning is read, so what comes later may still be no
    /// sound.
    public static func isSound(path: String) -> Bool {
        guard let source = try? ByteSource(path: path) else { return false }
        let start = ID3Tag.end(in: source)
        let rest = ByteSource(source, ranges: [start..<source.length])
        let head = rest.bytes(at: 0, count: 12) ?? []
        switch (tag(head.prefix(4)), tag(head.dropFirst(8))) {
        case ("RIFF", "WAVE"), ("RF64", "WAVE"), ("BW64", "WAVE"), ("FORM", "AIFF"), ("FORM", "AIFC"), ("riff", _),
            (".snd", _), ("OggS", _), ("fLaC", _), ("caff", _):
            return true
        default: return ForeignFormat.name(of: rest) != nil || MPEGHeader.isFollowed(0, in: rest)
        }
    }
}

/// The four letters that name a format or a chunk.
func tag(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
