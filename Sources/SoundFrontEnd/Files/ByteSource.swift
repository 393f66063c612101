import Foundation

/// Bytes at random offsets, from an open file or from memory: the decoder's only input.
final class ByteSource {
    private enum Storage {
        case descriptor(Int32)
        case memory(Data)
        /// Ranges of another source, the second behind the first and so on, with the offset at which each begins.
        case ranges([(start: Int64, range: Range<Int64>)], of: ByteSource)
    }

    /// The name that errors use.
    let name: String
    /// The path of a regular file that these bytes are, and no others; nil for any other source.
    private(set) var path: String?
    let length: Int64
    private let storage: Storage
    /// Bytes served in place of the stored ones; see ``ChunkedContainers``.
    var overlays: [(offset: Int64, bytes: [UInt8])] = []
    /// The decoder's file position.
    var position: Int64 = 0
    /// The reason of the first read that the operating system refused.
    var failure: String? {
        if case .ranges(_, let source) = storage { return source.failure }
        return ownFailure
    }
    private var ownFailure: String?

    /// Opens a regular file; copies a pipe, as the shell makes for `<(command)`, as ``init(spooling:name:)`` does, waiting for
    /// its writer.
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
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            storage = .descriptor(descriptor)
            length = Int64(status.st_size)
            self.path = path
        case S_IFIFO:
            defer { close(descriptor) }
            Self.awaitWriter(of: descriptor)
            let copy: Int32
            (copy, length) = try Self.spool(descriptor, name: path)
            storage = .descriptor(copy)
        case let kind:
            close(descriptor)
            throw AudioFileError(file: path, problem: kind == S_IFDIR ? .directory : .notRegularFile)
        }
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
        let copy: Int32
        (copy, length) = try Self.spool(stream, name: name)
        storage = .descriptor(copy)
    }

    /// The given ranges of `source`, which must lie within it, one behind the other.
    init(_ source: ByteSource, ranges: [Range<Int64>]) {
        name = source.name
        var length: Int64 = 0
        let placed = ranges.map { range in
            defer { length += range.upperBound - range.lowerBound }
            return (start: length, range: range)
        }
        self.length = length
        storage = .ranges(placed, of: source)
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

    /// Moves ``position`` as lseek(2) does and returns it; −1 for a place before the beginning.
    func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let base: Int64 = whence == SEEK_CUR ? position : whence == SEEK_END ? length : 0
        let (target, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return -1 }
        position = target
        return target
    }

    /// Reads on at ``position`` and moves it; returns the number of bytes, fewer than `count` only at the end or after a
    /// ``failure``.
    func readOn(into target: UnsafeMutableRawPointer?, count: Int) -> Int {
        let done = read(into: UnsafeMutableRawBufferPointer(start: target, count: max(0, count)), at: position)
        position += Int64(done)
        return done
    }

    /// The source that a C library was given as its context and hands back.
    static func behind(_ context: UnsafeMutableRawPointer?) -> ByteSource {
        Unmanaged<ByteSource>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }

    /// The context to give to a C library, valid as long as this object.
    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// The `count` bytes at `offset`, or nil where the source ends before them.
    func bytes(at offset: Int64, count: Int) -> [UInt8]? {
        guard offset >= 0, offset <= length - Int64(count) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let done = bytes.withUnsafeMutableBytes { read(into: $0, at: offset) }
        return done == count ? bytes : nil
    }

    /// Waits until a FIFO that was opened without waiting has a writer or what one left, and makes reading wait from then on.
    ///
    /// Opening it once more would wait as well, but for ever where a writer has come, written all and gone in between.
    private static func awaitWriter(of descriptor: Int32) {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 0, errno == EINTR {}
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }

    private func stored(into target: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        switch storage {
        case .memory(let data):
            let start = data.startIndex + Int(offset)
            return data.copyBytes(to: target, from: start..<start + target.count)
        case .ranges(let ranges, let source):
            var done = 0
            while done < target.count {
                let place = offset + Int64(done)
                let (start, range) = ranges[ranges.partitioningIndex { $0.start > place } - 1]
                let from = range.lowerBound + place - start
                let count = min(target.count - done, Int(range.upperBound - from))
                let part = UnsafeMutableRawBufferPointer(rebasing: target[done..<done + count])
                let got = source.read(into: part, at: from)
                done += got
                if got < count { break }
            }
            return done
        case .descriptor(let descriptor):
            var done = 0
            while done < target.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
                if got < 0, errno == EINTR { continue }
                if got < 0 { ownFailure = ownFailure ?? Self.systemReason() }
                if got <= 0 { break }
                done += got
            }
            return done
        }
    }

    /// Returns this source where it is an open file, else a copy of its bytes in an unnamed temporary file.
    func inFile() throws(AudioFileError) -> ByteSource {
        guard descriptor == nil else { return self }
        var offset: Int64 = 0
        let (copy, length) = try Self.spool(name) { buffer in
            let count = read(into: buffer, at: offset)
            offset += Int64(count)
            return count
        }
        return ByteSource(copy: copy, length: length, name: name)
    }

    private init(copy: Int32, length: Int64, name: String) {
        (self.name, self.length, storage) = (name, length, .descriptor(copy))
    }

    /// The descriptor of an open file that holds these bytes and no others; nil for any other source.
    var descriptor: Int32? {
        if case .descriptor(let descriptor) = storage, overlays.isEmpty { return descriptor }
        return nil
    }

    /// Creates an empty file that vanishes when it is closed; returns −1 with `errno` set where that is not possible.
    static func unnamedFile() -> Int32 {
        for folder in temporaryFolders {
            var path = Array((folder + "fusemix-gen-XXXXXX").utf8CString)
            let descriptor = mkstemp(&path)
            guard descriptor >= 0 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unlink(path)
            return descriptor
        }
        return -1
    }

    /// `TMPDIR`, or where that does not help the usual places.
    private static let temporaryFolders = [NSTemporaryDirectory(), "/tmp/", "/var/tmp/"]

    private static func spool(_ stream: Int32, name: String) throws(AudioFileError) -> (copy: Int32, length: Int64) {
        try spool(name) { Foundation.read(stream, $0.baseAddress, $0.count) }
    }

    /// Writes all that `next` reads, 0 at the end and −1 with `errno` set, into an unnamed temporary file.
    private static func spool(
        _ name: String, next: (UnsafeMutableRawBufferPointer) -> Int
    ) throws(AudioFileError) -> (copy: Int32, length: Int64) {
        let copy = unnamedFile()
        guard copy >= 0 else {
            let reason = "no temporary file in \(temporaryFolders.joined(separator: " ")): \(systemReason())"
            throw AudioFileError(file: name, problem: .unreadable(reason: reason))
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var length: Int64 = 0
        while true {
            let got = buffer.withUnsafeMutableBytes(next)
            if got < 0, errno == EINTR { continue }
            if got == 0 { return (copy, length) }
            guard got > 0, writeAll(buffer[..<got], to: copy) else { break }
            length += Int64(got)
        }
        let reason = systemReason()
        close(copy)
        throw AudioFileError(file: name, problem: .unreadable(reason: reason))
    }

    private static func writeAll(_ bytes: ArraySlice<UInt8>, to file: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let put = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if put < 0, errno == EINTR { continue }
            if put < 0 { return false }
            rest = rest.dropFirst(put)
        }
        return true
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}

extension Array {
    /// The first index whose element is beyond, in an array whose elements beyond are its last.
    fileprivate func partitioningIndex(where isBeyond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
