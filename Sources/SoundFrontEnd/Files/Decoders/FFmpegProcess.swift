import Foundation

/// A running ffmpeg that writes sound to a pipe.
final class FFmpegProcess {
    /// Arguments before the input: no network, and no format that only names other files, such as playlists, which may
    /// also wait for ever for what they name.
    private static let limits = [
        "-nostdin", "-hide_banner", "-loglevel", "level+warning", "-protocol_whitelist", "file,pipe",
        "-format_whitelist", formats.joined(separator: ","),
    ]
    /// Names of ffmpeg's demuxers, where it has several the first.
    private static let formats = [
        "aac", "ac3", "act", "adp", "adx", "aea", "aiff", "alaw", "amr", "amrnb", "amrwb", "ape", "aptx", "asf", "ast",
        "au", "avi", "bfstm", "brstm", "caf", "codec2", "dsf", "dts", "dtshd", "dv", "eac3", "flac", "flv", "g722",
        "g729",
        "gsm", "iff", "ilbc", "ircam", "iss", "loas", "m4a", "matroska", "mov", "mp3", "mp4", "mpc", "mpc8", "mpeg",
        "mpegts", "mpegvideo", "mulaw", "mxf", "nistsphere", "nut", "ogg", "oma", "paf", "pvf", "qcp", "rm", "rso",
        "sbc", "shn", "sox", "tak", "truehd", "tta", "voc", "vqf", "w64", "wav", "webm", "wsvqa", "wtv", "wv", "wve",
        "xa", "xwma",
    ]
    private static let output = ["-map", "0:a:0", "-threads", "1", "-c:a", "pcm_f32be", "-f", "au", "pipe:1"]

    private static let startingLock = NSLock()

    private let process: pid_t
    private let pipe: Int32
    private let log: Int32
    private var status: Int32?

    /// Returns the path of the program, or nil where no folder of `PATH` has it.
    static var installed: String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").lazy.map { "\($0)/ffmpeg" }
            .first { access($0, X_OK) == 0 }
    }

    /// Starts `program` on an open file, from `seconds` on. Throws `.unreadable`.
    init(_ program: String, reading source: ByteSource, from seconds: Double) throws(AudioFileError) {
        var ends: [Int32] = [-1, -1]
        log = ByteSource.unnamedFile()
        // A pipe that another child inherits before it is marked would not end with this one.
        Self.startingLock.lock()
        defer { Self.startingLock.unlock() }
        guard log >= 0, Foundation.pipe(&ends) == 0 else { throw Self.refused(source, errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (child, own) in [(1, ends[1]), (2, log), (3, source.descriptor ?? -1)] as [(Int32, Int32)] {
            posix_spawn_file_actions_adddup2(&actions, own, child)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C at the terminal is for us to answer, and must not cut the sound short.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        // The name, where there is one, since some formats are told by it.
        let input = ["-ss", "\(seconds)", "-i", "file:" + (source.path ?? "/dev/fd/3")]
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        process = Self.withStrings(
            [program] + Self.limits + (seconds > 0 ? input : Array(input.dropFirst(2))) + Self.output
        ) {
            arguments in
            Self.withStrings(environment) { environment in
                var started: pid_t = 0
                let code = posix_spawn(&started, program, &actions, &attributes, arguments, environment)
                errno = code
                return code == 0 ? started : -1
            }
        }
        let code = errno
        close(ends[1])
        guard process > 0 else {
            for end in [pipe, log] { close(end) }
            throw Self.refused(source, code)
        }
    }

    deinit {
        kill(process, SIGKILL)
        _ = end()
        for end in [pipe, log] { close(end) }
    }

    /// Returns the next `count` bytes; fewer at the end.
    func read(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = Foundation.read(pipe, buffer.baseAddress! + done, count - done)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                done += got
            }
        }
    }

    /// Waits for the process and returns its last complaint; nil where it had none.
    func end() -> String? {
        while status == nil {
            var code: Int32 = 0
            if waitpid(process, &code, 0) == process { status = code } else if errno != EINTR { status = -1 }
        }
        return complaints.last ?? (status == 0 ? nil : "it ended without a word")
    }

    /// The reason why it wrote no sound.
    var failure: AudioFileError.Problem {
        guard let reason = end(), !reason.contains("matches no streams") else { return .noSamples }
        return .damaged(reason: "ffmpeg: \(reason)")
    }

    /// Whether the program doubts that the file is what it takes it for.
    var isGuess: Bool { logLines.contains { $0.contains("misdetection possible") } }

    /// Errors of its log, without the marks before them and the file's name.
    private var complaints: [String] {
        logLines.compactMap { line in
            let marks = ["[error] ", "[fatal] ", "[panic] "].compactMap { line.range(of: $0) }
            guard let mark = marks.first else { return nil }
            let text = line[mark.upperBound...]
            return text.hasPrefix("file:") ? text.components(separatedBy: ": ").last : String(text)
        }
    }

    /// The end of its log, which of a file with damage everywhere is long.
    private var logLines: [Substring] {
        let length = lseek(log, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: Int(min(1 << 16, max(0, length))))
        let count = max(0, pread(log, &bytes, bytes.count, length - off_t(bytes.count)))
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
    }

    private static func refused(_ source: ByteSource, _ code: Int32) -> AudioFileError {
        AudioFileError(file: source.name, problem: .unreadable(reason: "ffmpeg: \(String(cString: strerror(code)))"))
    }

    /// Calls `body` with C strings and the nil that ends them.
    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }
}
