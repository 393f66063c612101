import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk

/// Tests that each end a process of their own, whose exit status shows the result.
@Suite struct InterruptTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    /// Writes two files and a folder halfway and one file in full, then raises the signal.
    private static func workAndStop(_ number: Int32, in folder: String) throws -> Never {
        let folder = URL(filePath: folder)
        signal(number, SIG_DFL)
        TemporaryFiles.removeWhenInterrupted()
        let files = try (0..<2).map { try TemporaryFileBox(beside: folder.appending(path: "\($0).png")) }
        try AtomicFile.write(Data("whole".utf8), to: folder.appending(path: "whole.png"), overwrite: false)
        try AtomicFolder(folder.appending(path: "folder").path).write(overwrite: false) { half in
            try Data("half".utf8).write(to: half.appending(path: "a"))
            guard try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4 else { _exit(98) }
            kill(getpid(), number)
            // The signal ends the process, however long it takes to arrive.
            while true { pause() }
        }
        withExtendedLifetime(files) {}
        _exit(97)
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

/// A box, as an array cannot hold noncopyable values.
private final class TemporaryFileBox {
    private let file: TemporaryFile

    init(beside url: URL) throws {
        file = try TemporaryFile(beside: url)
        try Data("half".utf8).withUnsafeBytes(file.growing.append)
    }
}
