import FilesOnDisk
import Foundation

/// The resources that the system must grant before anything else can work.
enum Environment {
    /// Descriptors that a run may hold at once: a sound, a picture, records, weights, pipes to helpers.
    private static let descriptors = 24

    /// Addresses that one picture takes, in megabytes, rounded up.
    private static let megabytes: UInt64 = 400

    /// Makes the best of narrow limits. Throws `EnvironmentError`.
    static func check() throws {
        // Swift takes the arguments from /proc.
        guard !CommandLine.arguments.isEmpty else { throw EnvironmentError.noArguments }
        try checkAddresses()
        try checkDescriptors()
    }

    /// Many programs end by a trap where memory is refused, so it is not begun with too little.
    private static func checkAddresses() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        guard limit.rlim_cur < rlim_t.max else { return }
        guard UInt64(limit.rlim_cur) >> 20 >= megabytes else {
            throw EnvironmentError.tooFewAddresses(megabytes: UInt64(limit.rlim_cur) >> 20, expected: megabytes)
        }
        // An arena a thread takes 64 MiB of addresses, used or not. Swift does not see <malloc.h>.
        let arenas: Int32 = -8  // M_ARENA_MAX
        guard let symbol = dlsym(nil, "mallopt") else { return }
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)(arenas, 1)
    }

    private static func checkDescriptors() throws {
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
    case tooFewAddresses(megabytes: UInt64, expected: UInt64)
    case noArguments

    var description: String {
        switch self {
        case .tooFewFiles(let limit):
            "Too few files may be open at once (ulimit -n is \(limit)): some 32 were expected."
        case .tooFewAddresses(let megabytes, let expected):
            "Too little memory may be used (ulimit -v is \(megabytes) MB): at least \(expected) MB were expected."
        case .noArguments:
            "The arguments cannot be read, which takes /proc: it was expected to be mounted."
        }
    }
}
