import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk

@Suite struct AtomicFileTests {
    private let old = Data("old".utf8), new = Data("new".utf8)
    private let scratch: TemporaryFolder
    private var folder: URL { scratch.url }

    init() throws { scratch = try TemporaryFolder() }

    @Test func writesANewFileAndNothingElse() throws {
        let file = folder.appending(path: "a b é.png")
        try AtomicFile.write(new, to: file, overwrite: false)
        #expect(try Data(contentsOf: file) == new)
        #expect(try scratch.names == ["a b é.png"])
        // The file is readable according to the umask, like any file, not by the owner alone.
        // `umask` returns the mask only by changing it, for all tests that run at the same time.
        let process = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let mask = try #require(process.firstMatch(of: #/Umask:\s+([0-7]+)/#)?.1)
        var status = stat()
        #expect(
            try stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o666 & ~#require(mode_t(mask, radix: 8)))
    }

    @Test func leavesWhatIsThere() throws {
        let file = folder.appending(path: "a.png")
        try old.write(to: file)
        #expect(throws: AtomicFileError(file: file.relativePath, reason: .exists)) {
            try AtomicFile.write(new, to: file, overwrite: false)
        }
        #expect(throws: AtomicFileError(file: file.relativePath, reason: .exists)) {
            try AtomicFile.check(file, overwrite: false)
        }
        #expect(try Data(contentsOf: file) == old)
        #expect(try scratch.names == ["a.png"])
    }

    /// The system decides at the time of renaming, not an earlier check.
    @Test func leavesWhatAppearsMeanwhile() throws {
        let file = folder.appending(path: "a.png")
        let temporary = try TemporaryFile(beside: file)
        try new.withUnsafeBytes(temporary.growing.append)
        try old.write(to: file)
        #expect(throws: AtomicFileError(file: file.relativePath, reason: .exists)) {
            try temporary.move(overwrite: false)
        }
        temporary.discard()
        #expect(try Data(contentsOf: file) == old)
        #expect(try scratch.names == ["a.png"])
    }

    @Test func overwritesWhenAsked() throws {
        let file = folder.appending(path: "a.png")
        try old.write(to: file)
        try AtomicFile.write(new, to: file, overwrite: true)
        #expect(try Data(contentsOf: file) == new)
        #expect(try scratch.names == ["a.png"])
    }

    @Test func replacesALinkNotWhatItLeadsTo() throws {
        let file = folder.appending(path: "a.png"), link = folder.appending(path: "link.png")
        try old.write(to: file)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        try AtomicFile.write(new, to: link, overwrite: true)
        #expect(try Data(contentsOf: file) == old)
        #expect(try Data(contentsOf: link) == new)
    }

    @Test func aDanglingLinkIsThere() throws {
        let link = folder.appending(path: "link.png")
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "nowhere")
        #expect(throws: AtomicFileError(file: link.relativePath, reason: .exists)) {
            try AtomicFile.write(new, to: link, overwrite: false)
        }
    }

    @Test(arguments: [false, true])
    func refusesFolders(overwrite: Bool) throws {
        let inner = folder.appending(path: "inner")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
        #expect(throws: AtomicFileError(file: inner.relativePath, reason: .notAFile)) {
            try AtomicFile.write(new, to: inner, overwrite: overwrite)
        }
        let lost = folder.appending(path: "missing/a.png")
        #expect(throws: AtomicFileError(file: lost.relativePath, reason: .noFolder)) {
            try AtomicFile.write(new, to: lost, overwrite: overwrite)
        }
        let nameTooLong = folder.appending(path: String(repeating: "n", count: 256))
        #expect(throws: AtomicFileError(file: nameTooLong.relativePath, reason: .refused("File name too long"))) {
            try AtomicFile.write(new, to: nameTooLong, overwrite: overwrite)
        }
        #expect(try scratch.names == ["inner"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: inner.path).isEmpty)
    }

    @Test(arguments: [false, true]) func devicesAndPipesGetTheBytesStraight(overwrite: Bool) throws {
        try AtomicFile.write(new, to: URL(filePath: "/dev/null"), overwrite: overwrite)
        #expect(throws: AtomicFileError(file: "/dev/full", reason: .full)) {
            try AtomicFile.write(new, to: URL(filePath: "/dev/full"), overwrite: overwrite)
        }
        let pipe = folder.appending(path: "pipe")
        try #require(mkfifo(pipe.path, 0o600) == 0)
        let reader = open(pipe.path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try AtomicFile.write(new, to: pipe, overwrite: overwrite)
        var bytes = [UInt8](repeating: 0, count: new.count + 1)
        #expect(read(reader, &bytes, bytes.count) == new.count)
        #expect(Data(bytes.prefix(new.count)) == new)
        #expect(try scratch.names == ["pipe"])
    }

    @Test func aFullDiskIsToldFromOtherRefusals() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let file = GrowingFile(target: URL(filePath: "a.png"), descriptor: descriptor)
        #expect(throws: AtomicFileError(file: "a.png", reason: .full)) { try new.withUnsafeBytes(file.append) }
    }

    /// The longest possible name still has room for its temporary twin.
    @Test func writesTheLongestName() throws {
        let name = String(repeating: "n", count: 251) + ".png"
        try AtomicFile.write(new, to: folder.appending(path: name), overwrite: false)
        #expect(try scratch.names == [name])
    }

    /// Among writers of one new file exactly one succeeds, and its bytes are whole.
    @Test func oneOfManyWritersWins() throws {
        let file = folder.appending(path: "a.png")
        let successes = Tally()
        DispatchQueue.concurrentPerform(iterations: 32) { i in
            let bytes = Data(repeating: UInt8(i), count: 100_000)
            do {
                try AtomicFile.write(bytes, to: file, overwrite: false)
                successes.add(i)
            } catch {
                #expect((error as? AtomicFileError)?.reason == .exists)
            }
        }
        let winners = successes.values
        #expect(winners.count == 1)
        #expect(try Data(contentsOf: file) == Data(repeating: UInt8(winners[0]), count: 100_000))
        #expect(try scratch.names == ["a.png"])
    }

    /// A reader never sees part of a file while others replace it.
    @Test func readersSeeWholeFiles() throws {
        let file = folder.appending(path: "a.png")
        try AtomicFile.write(Data(repeating: 0, count: 50_000), to: file, overwrite: false)
        DispatchQueue.concurrentPerform(iterations: 40) { i in
            if i % 2 == 0 {
                #expect(throws: Never.self) {
                    try AtomicFile.write(Data(repeating: UInt8(i), count: 50_000), to: file, overwrite: true)
                }
            } else if let data = try? Data(contentsOf: file) {
                #expect(data.count == 50_000 && data.allSatisfy { $0 == data[0] })
            } else {
                Issue.record("the file was not there")
            }
        }
        #expect(try scratch.names == ["a.png"])
    }

    @Test func errorsAreOneSentenceThatNamesTheFile() {
        for reason: AtomicFileError.Reason in [.exists, .notAFile, .noFolder, .full, .refused("why")] {
            let sentence = AtomicFileError(file: "a/b.png", reason: reason).description
            #expect(sentence.hasPrefix("a/b.png ") && !sentence.contains("\n") && !sentence.contains(". "))
        }
    }
}

/// Numbers collected from several threads.
private final class Tally: @unchecked Sendable {
    private let lock = NSLock()
    private var collected: [Int] = []

    func add(_ value: Int) { lock.withLock { collected.append(value) } }
    var values: [Int] { lock.withLock { collected } }
}
