import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk

@Suite struct ChecksumCacheTests {
    private let scratch: TemporaryFolder
    private let file: URL
    private let data = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

    init() throws {
        scratch = try TemporaryFolder()
        file = try scratch.write("model.safetensors", data)
    }

    private var cache: ChecksumCache { ChecksumCache(folder: scratch.url("cache/checksums"), smallest: 100) }

    /// Sets the file's bytes, and its time of change to a second.
    private func set(_ data: Data, at time: Int) throws {
        try data.write(to: file)
        let date = Date(timeIntervalSince1970: TimeInterval(time))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
    }

    @Test func sumsAreThoseOfTheBytes() throws {
        let sum = SHA256.sum(of: data)
        #expect(SHA256.sum(ofFile: file) == sum && cache.sum(ofFile: file) == sum && cache.sum(ofFile: file) == sum)
        let rest = SHA256.sum(of: data.dropFirst(2_500_000))
        #expect(cache.sum(ofFile: file, from: 2_500_000) == rest && cache.sum(ofFile: file) == sum)
        #expect(SHA256.sum(ofFile: scratch.url("none")) == nil && cache.sum(ofFile: scratch.url("none")) == nil)
        #expect(SHA256.sum(ofFile: scratch.url) == nil)
    }

    /// Other bytes of the same size and time are not read again, those of another time are.
    @Test func sumsAreKeptUntilTheFileChanges() throws {
        try set(data, at: 1_700_000_000)
        let sum = cache.sum(ofFile: file)
        let other = Data(repeating: 1, count: data.count)
        try set(other, at: 1_700_000_000)
        #expect(cache.sum(ofFile: file) == sum)
        try set(other, at: 1_700_000_001)
        #expect(cache.sum(ofFile: file) == SHA256.sum(of: other))
        try set(data, at: 1_700_000_000)
        #expect(cache.sum(ofFile: file) == sum)
        try set(data + [1], at: 1_700_000_000)
        #expect(cache.sum(ofFile: file) == SHA256.sum(of: data + [1]))
    }

    @Test func linksShareTheSumOfTheirFile() throws {
        let sum = cache.sum(ofFile: file), link = scratch.url("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        #expect(cache.sum(ofFile: link) == sum)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("cache/checksums")).count == 1)
    }

    @Test func smallFilesAreNotKept() throws {
        let small = try scratch.write("small", "abc")
        #expect(cache.sum(ofFile: small) == SHA256.sum(of: Data("abc".utf8)))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("cache")))
    }

    /// A cache that cannot be used costs time alone.
    @Test func damagedAndMissingCachesDoNoHarm() throws {
        let sum = SHA256.sum(of: data)
        _ = cache.sum(ofFile: file)
        let entries = try FileManager.default.contentsOfDirectory(
            at: scratch.url("cache/checksums"), includingPropertiesForKeys: nil)
        for bytes in [Data(), Data("{}".utf8), Data([0xff, 0])] {
            try bytes.write(to: #require(entries.first))
            #expect(cache.sum(ofFile: file) == sum)
        }
        #expect(ChecksumCache(folder: nil).sum(ofFile: file) == sum)
        try scratch.write("blocked", "a file")
        #expect(ChecksumCache(folder: scratch.url("blocked/x"), smallest: 1).sum(ofFile: file) == sum)
    }

    @Test func foldersAreThoseOfTheSpecification() {
        #expect(UserFolders.cache(["HOME": "/home/a"])?.path == "/home/a/.cache/fusemix-gen")
        #expect(UserFolders.data(["HOME": "/home/a"])?.path == "/home/a/.local/share/fusemix-gen")
        #expect(UserFolders.data(["HOME": "/home/a", "XDG_DATA_HOME": "/data"])?.path == "/data/fusemix-gen")
        #expect(
            UserFolders.data(["HOME": "/home/a", "XDG_DATA_HOME": "d"])?.path == "/home/a/.local/share/fusemix-gen")
        #expect(UserFolders.data([:]) == nil && UserFolders.cache(["HOME": ""]) == nil)
    }
}
