import FilesOnDisk
import Foundation

/// What the system must grant before anything else can work.
enum Environment {
    /// Descriptors that a run may hold at once: a sound, a picture, records, weights, pipes to helpers.
    private static let descriptors = 24

    /// Raises the limit of open files where that is allowed. Throws `EnvironmentError`.
    static func check() throws {
        // Swift takes the arguments from /proc.
        guard !CommandLine.arguments.isEmpty else { throw EnvironmentError.noArguments }
        if canOpenEnough { return }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard canOpenEnough else { throw EnvironmentError.tooFewFiles(limit: UInt64(limit.rlim_cur)) }
    }

    private static var canOpenEnough: Bool {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        while opened.count < descriptors {
            let descriptor = open("/", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            opened.append(descriptor)
        }
        return true
    }
}

/// An environment that nothing can be done in, in one sentence.
enum EnvironmentError: DescribedError {
    case tooFewFiles(limit: UInt64)
    case noArguments

    var description: String {
        switch self {
        case .tooFewFiles(let limit):
            "Too few files may be open at once (ulimit -n is \(limit)): some 32 were expected."
        case .noArguments:
            "The arguments cannot be read, which takes /proc: it was expected to be mounted."
        }
    }
}
