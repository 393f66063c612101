import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk

/// Each test ends a process of its own; its exit status says what happened there.
@Suite struct InterruptTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    /// Two files half written, one written, then the signal.
    private static func workAndStop(_ number: Int32, in folder: String) throws -> Never {
        let folder = URL(filePath: folder)
        signal(number, SIG_DFL)
        TemporaryFiles.removeWhenInterrupted()
        let files = try (0..<2).map { try TemporaryFileBox(beside: folder.appending(path: "\($0).png")) }
        try AtomicFile.write(Data("whole".utf8), to: folder.appending(path: "whole.png"), overwrite: false)
        guard try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3 else { _exit(98) }
        kill(getpid(), number)
        // The signal ends the process, however long it is in coming.
        while true { pause() }
        withExtendedLifetime(files) {}
    }

    @Test func terminationLeavesNothingHalfWritten() async throws {
        await #expect(processExitsWith: .exitCode(143)) { [folder = scratch.url.path as String] in
            try Self.workAndStop(SIGTERM, in: folder)
        }
        #expect(try scratch.names == ["whole.png"])
    }

    @Test func interruptionLeavesNothingHalfWritten() async throws {
        await #expect(processExitsWith: .exitCode(130)) { [folder = scratch.url.path as String] in
            try Self.workAndStop(SIGINT, in: folder)
        }
        #expect(try scratch.names == ["whole.png"])
    }

    @Test func anIgnoredSignalStaysIgnored() async {
        await #expect(processExitsWith: .exitCode(7)) {
            signal(SIGHUP, SIG_IGN)
            TemporaryFiles.removeWhenInterrupted()
            kill(getpid(), SIGHUP)
            usleep(200_000)
            _exit(7)
        }
    }
}

/// An array cannot hold what cannot be copied.
private final class TemporaryFileBox {
    private let file: TemporaryFile

    init(beside url: URL) throws {
        file = try TemporaryFile(beside: url)
        try Data("half".utf8).withUnsafeBytes(file.growing.append)
    }
}
