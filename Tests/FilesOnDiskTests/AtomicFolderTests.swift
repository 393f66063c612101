import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk

@Suite struct AtomicFolderTests {
    private struct Failure: Error {}

    private let scratch: TemporaryFolder
    private var folder: AtomicFolder { AtomicFolder(scratch.path("made")) }

    init() throws { scratch = try TemporaryFolder() }

    private func write(_ text: String, overwrite: Bool = false) throws {
        try folder.write(overwrite: overwrite) { try Data(text.utf8).write(to: $0.appending(path: "a")) }
    }

    @Test func appearsWholeAndReplacesOnlyWhenAsked() throws {
        try write("old")
        #expect(throws: AtomicFileError(file: scratch.path("made"), reason: .exists)) { try write("new") }
        #expect(try scratch.data("made/a") == Data("old".utf8))
        try write("new", overwrite: true)
        #expect(try scratch.data("made/a") == Data("new".utf8))
        #expect(try scratch.names == ["made"])
    }

    @Test func aFailureLeavesWhatWasThere() throws {
        try write("old")
        #expect(throws: Failure.self) {
            try folder.write(overwrite: true) { place in
                try Data().write(to: place.appending(path: "a"))
                throw Failure()
            }
        }
        #expect(try scratch.data("made/a") == Data("old".utf8))
        #expect(try scratch.names == ["made"])
    }

    @Test func refusesWhatIsNoPlaceForAFolder() throws {
        try scratch.write("file", "")
        #expect(throws: AtomicFileError.self) { try AtomicFolder(scratch.path("file")).check(overwrite: true) }
        #expect(throws: AtomicFileError(file: scratch.path("absent/a"), reason: .noFolder)) {
            try AtomicFolder(scratch.path("absent/a")).check(overwrite: false)
        }
    }

    /// The list is the one that coreutils' `sha256sum` writes for the empty file and “abc”.
    @Test func checksums() throws {
        try scratch.write("b", "abc")
        try scratch.write("a", "")
        try SHA256.writeList(of: ["b", "a"], in: scratch.url)
        let list = try String(decoding: scratch.data("SHA256SUMS"), as: UTF8.self)
        #expect(
            list == """
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a
                ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b

                """)
        #expect(throws: CocoaError.self) { try SHA256.writeList(of: ["absent"], in: scratch.url) }
    }
}
