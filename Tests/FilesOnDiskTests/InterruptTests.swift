import Foundation
import Testing

@testable import FilesOnDisk

/// Each test ends a process of its own; its exit status says what happened there.
@Suite struct InterruptTests {
    /// Where the processes of one run work, known to both sides without being passed on.
    private static func folder(_ name: String, of process: Int32) -> URL {
        FileManager.default.temporaryDirectory.appending(path: "picture-files-\(process)-\(name)")
    }

    /// Two files half written, one written, then the signal: only the written one is left.
    private static func workAndStop(_ number: Int32, name: String) throws -> Never {
        let folder = folder(name, of: getppid())
        signal(number, SIG_DFL)
        TemporaryFiles.removeWhenInterrupted()
        let files = try (0..<2).map { try TemporaryFileBox(beside: folder.appending(path: "\($0).png")) }
        try AtomicFile.write(Data("whole".utf8), to: folder.appending(path: "whole.png"), overwrite: false)
        guard try names(in: folder).count == 3 else { _exit(98) }
        kill(getpid(), number)
        sleep(30)
        withExtendedLifetime(files) {}
        _exit(99)
    }

    private func expectOnlyTheWholeFile(in folder: URL) throws {
        #expect(try names(in: folder) == ["whole.png"])
        try FileManager.default.removeItem(at: folder)
    }

    @Test func terminationLeavesNothingHalfWritten() async throws {
        let folder = Self.folder("term", of: getpid())
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        await #expect(processExitsWith: .exitCode(143)) { try Self.workAndStop(SIGTERM, name: "term") }
        try expectOnlyTheWholeFile(in: folder)
    }

    @Test func interruptionLeavesNothingHalfWritten() async throws {
        let folder = Self.folder("int", of: getpid())
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        await #expect(processExitsWith: .exitCode(130)) { try Self.workAndStop(SIGINT, name: "int") }
        try expectOnlyTheWholeFile(in: folder)
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
