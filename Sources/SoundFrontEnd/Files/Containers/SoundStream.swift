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
    /// Length by its packets, where they were counted.
    var seconds: Double?
}

/// The streams that a file holds, one behind the other, and what its container lacks.
struct SoundStreams {
    let streams: [SoundStream]
    let shortfalls: [AudioWarning.Kind]

    init(_ streams: [SoundStream], lacking shortfalls: [AudioWarning.Kind] = []) {
        (self.streams, self.shortfalls) = (streams, shortfalls)
    }

    /// Tells by the first bytes, whatever the file's name.
    init(of source: ByteSource) {
        let sound = ID3Tag.passedOver(in: source)
        switch SoundContainer(of: sound) {
        case .chunked: self = ChunkedContainers.streams(of: sound)
        case .ogg: self = OggStreams.streams(of: sound)
        case .flac: self = FLACStreams.streams(of: sound)
        case .foreign(let format): self.init([SoundStream(source: source, codec: .foreign(format))])
        case nil:
            guard let frame = MPEGHeader.firstFrame(in: sound) else {
                // What begins like MPEG audio and is none libsndfile would try as such, and write notes of it to standard
                // error.
                let head = sound.bytes(at: 0, count: 2) ?? [0, 0]
                let isLikeMPEG = head[0] == 0xFF && head[1] & 0xE0 == 0xE0
                self.init([SoundStream(source: sound, codec: isLikeMPEG ? .mpeg : .sndfile)])
                return
            }
            let frames = frame == 0 ? sound : ByteSource(sound, ranges: [frame..<sound.length])
            self.init([SoundStream(source: frames, codec: .mpeg)])
        }
    }
}

/// A container that is known by its first bytes. MPEG audio has none, and what else libsndfile knows it tells itself.
private enum SoundContainer {
    case chunked, ogg, flac
    case foreign(String)

    init?(of source: ByteSource) {
        let head = source.bytes(at: 0, count: 12) ?? []
        switch (tag(head.prefix(4)), tag(head.dropFirst(8))) {
        case ("RIFF", "WAVE"), ("RF64", "WAVE"), ("BW64", "WAVE"), ("FORM", "AIFF"), ("FORM", "AIFC"), ("riff", _),
            (".snd", _):
            self = .chunked
        case ("OggS", _): self = .ogg
        case ("fLaC", _): self = .flac
        default:
            guard let format = ForeignFormat.name(of: source) else { return nil }
            self = .foreign(format)
        }
    }
}

extension AudioFile {
    /// Whether a regular file begins as sounds or films do. Only its beginning is read, so what comes later may still be no
    /// sound.
    public static func isSound(path: String) -> Bool {
        guard let source = try? ByteSource(path: path) else { return false }
        let sound = ID3Tag.passedOver(in: source)
        return SoundContainer(of: sound) != nil || MPEGHeader.isFollowed(0, in: sound)
            || tag(sound.bytes(at: 0, count: 4) ?? []) == "caff"
    }
}

/// The four letters that name a format or a chunk.
func tag(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
