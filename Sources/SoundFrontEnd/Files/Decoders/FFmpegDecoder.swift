import Foundation

/// The first stream of sound of a file, decoded by the `ffmpeg` program in a process of its own, which dies with this one:
/// nobody reads what it writes any more.
final class FFmpegDecoder: SoundDecoder {
    private let source: ByteSource
    private let process: FFmpegProcess
    let info: AudioInfo
    private var first: AudioBlock?
    private(set) var shortfalls: [AudioWarning.Kind] = []

    /// Throws `.unreadable` where the program cannot be started, `.notAudio` where it finds no sound, `.damaged` with its
    /// last line where it fails.
    init(_ source: ByteSource, program: String, from seconds: Double = 0) throws(AudioFileError) {
        self.source = try source.inFile()
        process = try FFmpegProcess(program, reading: self.source, from: seconds)
        // Sun's format: a magic number, where the sound begins, its size, 6 for 32-bit floats, rate and channels, all of
        // them big-endian.
        let head = process.read(24)
        let numbers = stride(from: 0, to: head.count - 3, by: 4).map {
            head[$0..<$0 + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        guard numbers.count == 6, numbers[0] == 0x2E73_6E64, numbers[1] >= 24, numbers[3] == 6, numbers[5] > 0 else {
            throw AudioFileError(file: source.name, problem: process.failure)
        }
        guard !process.isGuess else { throw AudioFileError(file: source.name, problem: .notAudio) }
        _ = process.read(numbers[1] - 24)
        info = AudioInfo(sampleRate: numbers[4], channelCount: numbers[5], frameCount: nil)
        first = readBlock()
        guard first != nil else { throw AudioFileError(file: source.name, problem: process.failure) }
    }

    func nextBlock() -> AudioBlock? {
        guard let block = first else { return readBlock() }
        first = nil
        return block
    }

    private func readBlock() -> AudioBlock? {
        let frame = 4 * info.channelCount
        let bytes = process.read(AudioBlock.largestSize / info.channelCount * frame)
        let count = bytes.count / frame * info.channelCount
        guard count > 0 else {
            if let reason = process.end() { shortfalls = [.damagedInside(reason: reason)] }
            return nil
        }
        let samples = bytes.withUnsafeBytes { bytes in
            (0..<count).map {
                Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
        return AudioBlock(samples: samples, sampleRate: info.sampleRate, channelCount: info.channelCount)
    }
}
