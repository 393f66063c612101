import Foundation

/// Bytes at random offsets, from an open file or from memory: the decoder's only input.
final class ByteSource {
    private enum Storage {
        case descriptor(Int32)
        case memory(Data)
    }

    /// The name that errors use.
    let name: String
    let length: Int64
    private let storage: Storage
    /// Bytes served in place of the stored ones; see ``ContainerCheck``.
    var overlays: [(offset: Int64, bytes: [UInt8])] = []
    /// The decoder's file position.
    var position: Int64 = 0
    /// The reason of the first read that the operating system refused.
    private(set) var failure: String?

    /// Opens a regular file.
    init(path: String) throws(AudioFileError) {
        name = path
        // Without O_NONBLOCK the open of a FIFO would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw AudioFileError(
                file: path, problem: errno == ENOENT ? .missing : .unreadable(reason: Self.systemReason()))
        }
        var status = stat()
        fstat(descriptor, &status)
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG else {
            close(descriptor)
            throw AudioFileError(file: path, problem: kind == S_IFDIR ? .directory : .notRegularFile)
        }
        storage = .descriptor(descriptor)
        length = Int64(status.st_size)
    }

    init(bytes: Data, name: String) {
        self.name = name
        storage = .memory(bytes)
        length = Int64(bytes.count)
    }

    /// Copies everything that `stream` still holds into an unnamed temporary file, so that a pipe can be read at any
    /// offset and its length costs disk, not memory.
    init(spooling stream: Int32, name: String) throws(AudioFileError) {
        self.name = name
        var path = Array((NSTemporaryDirectory() + "fusemix-gen-XXXXXX").utf8CString)
        let copy = mkstemp(&path)
        guard copy >= 0 else { throw AudioFileError(file: name, problem: .unreadable(reason: Self.systemReason())) }
        unlink(path)
        guard let length = Self.copyAll(from: stream, to: copy) else {
            let reason = Self.systemReason()
            close(copy)
            throw AudioFileError(file: name, problem: .unreadable(reason: reason))
        }
        storage = .descriptor(copy)
        self.length = length
    }

    deinit {
        if case .descriptor(let descriptor) = storage { close(descriptor) }
    }

    /// Fills `buffer` from `offset` on and returns the number of bytes read: fewer only at the end or after a
    /// ``failure``.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        guard offset >= 0, offset < length else { return 0 }
        let count = Int(min(Int64(buffer.count), length - offset))
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        let done = stored(into: target, at: offset)
        for overlay in overlays {
            for (index, byte) in overlay.bytes.enumerated() {
                let place = overlay.offset + Int64(index) - offset
                if place >= 0, place < Int64(done) { target[Int(place)] = byte }
            }
        }
        return done
    }

    /// The `count` bytes at `offset`, or nil where the source ends before them.
    func bytes(at offset: Int64, count: Int) -> [UInt8]? {
        guard offset >= 0, offset <= length - Int64(count) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let done = bytes.withUnsafeMutableBytes { read(into: $0, at: offset) }
        return done == count ? bytes : nil
    }

    private func stored(into target: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        switch storage {
        case .memory(let data):
            let start = data.startIndex + Int(offset)
            return data.copyBytes(to: target, from: start..<start + target.count)
        case .descriptor(let descriptor):
            var done = 0
            while done < target.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = failure ?? Self.systemReason() }
                if got <= 0 { break }
                done += got
            }
            return done
        }
    }

    /// Copies all bytes; returns their number, or nil with `errno` set.
    private static func copyAll(from stream: Int32, to copy: Int32) -> Int64? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var total: Int64 = 0
        while true {
            let got = Foundation.read(stream, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            if got == 0 { return total }
            if got < 0 { return nil }
            var written = 0
            while written < got {
                let put = buffer.withUnsafeBytes { write(copy, $0.baseAddress! + written, got - written) }
                if put < 0, errno == EINTR { continue }
                if put < 0 { return nil }
                written += put
            }
            total += Int64(got)
        }
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}
