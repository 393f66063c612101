import FilesOnDisk
import Foundation
import TestSupport
import Testing

@Suite struct FolderListingTests {
    private let scratch: TemporaryFolder
    private var folder: URL { scratch.url }

    init() throws { scratch = try TemporaryFolder() }

    private func listing(including: [String] = [], excluding: [String] = []) -> FolderListing {
        FolderListing(
            folder.path, of: .sound, filter: NameFilter(including: including, excluding: excluding))
    }

    private func create(_ names: [String]) throws {
        for name in names { try scratch.write(name, "") }
    }

    @Test func patternsChooseByNameOrByPath() throws {
        try create(["a.wav", "b.flac", "x/a.wav", "x/y/c.wav", "draft/a.wav", "x/draft/d.wav"])
        #expect(listing(including: ["a.*"]).files == ["a.wav", "draft/a.wav", "x/a.wav"])
        #expect(listing(including: ["x/*.wav"]).files == ["x/a.wav"])
        // A folder that matches is taken whole.
        #expect(listing(including: ["x"]).files.allSatisfy { $0.hasPrefix("x/") })
        #expect(listing(including: ["x"]).files.count > 2 && listing(including: ["y"]).files == ["x/y/c.wav"])
        #expect(
            listing(including: ["*.flac", "[c-d].wav"]).files == ["b.flac", "x/draft/d.wav", "x/y/c.wav"])
        #expect(listing(excluding: ["draft"]).files == ["a.wav", "b.flac", "x/a.wav", "x/y/c.wav"])
        #expect(
            listing(excluding: ["x/draft", "*.flac"]).files == [
                "a.wav", "draft/a.wav", "x/a.wav", "x/y/c.wav",
            ])
        #expect(listing(including: ["a.wav"], excluding: ["x"]).files == ["a.wav", "draft/a.wav"])
    }

    @Test func whatIsLeftOutIsNamed() throws {
        try create(["a.wav", ".b.wav", ".notes", ".git/c.wav"])
        #expect(mkfifo(folder.appending(path: "pipe.wav").path, 0o600) == 0)
        for name in ["loop", "loop.wav", "left out"] {
            #expect(symlink(".", folder.appending(path: name).path) == 0)
        }
        let found = listing(excluding: ["left*"])
        #expect(found.files == ["a.wav"] && found.unlisted.isEmpty)
        #expect(
            found.passedOver == [
                PassedOver(path: folder.path + "/.b.wav", reason: .hidden),
                PassedOver(path: folder.path + "/.git", reason: .hidden),
                PassedOver(path: folder.path + "/loop", reason: .linkToFolder),
                PassedOver(path: folder.path + "/loop.wav", reason: .linkToFolder),
                PassedOver(path: folder.path + "/pipe.wav", reason: .notAFile),
            ])
    }

    /// A name that is not text could not be written to a record; files that are not looked for may have any name.
    @Test func namesThatAreNoTextAreNamed() throws {
        for name in ["caf\u{E9}.wav", "caf\u{E9}.txt"] {
            let path = folder.path.utf8CString.dropLast() + [CChar(UInt8(ascii: "/"))]
            let latin1 = name.unicodeScalars.map { CChar(bitPattern: UInt8($0.value)) }
            let descriptor = open(path + latin1 + [0], O_CREAT | O_WRONLY, 0o600)
            try #require(descriptor >= 0)
            close(descriptor)
        }
        let found = listing()
        #expect(found.files.isEmpty)
        #expect(found.unlisted.map(\.path) == [folder.path + "/caf\\xE9.wav"])
        #expect(listing(including: ["d*"]).unlisted.isEmpty)
        #expect(listing(excluding: ["caf*"]).unlisted.isEmpty)
    }
}
