import Foundation
import TestSupport
import Testing

@Suite struct MemoryTests {
    /// An hour at 8 kHz becomes 230 MB of floats at the encoder's rate, which would show if they were kept.
    @Test func anHourNeedsNoMoreMemoryThanAMinute() throws {
        let scratch = try TemporaryFolder()
        var peaks: [Int] = []
        for minutes in [1, 60] {
            let sound = scratch.url("\(minutes).wav")
            try writeSilence(minutes: minutes, to: sound)
            peaks.append(try peakMemory(of: sound))
        }
        #expect(peaks[0] < 1 << 30)
        #expect(peaks[1] - peaks[0] < 32 << 20, "\(peaks)")
    }

    /// Writes a 16-bit mono WAV at 8 kHz. The file is sparse and takes no room.
    private func writeSilence(minutes: Int, to url: URL) throws {
        let bytes = UInt32(minutes * 60 * 8000 * 2)
        var header = Data("RIFF".utf8)
        func append(_ values: UInt32...) {
            for value in values { withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) } }
        }
        append(36 + bytes)
        header.append(Data("WAVEfmt ".utf8))
        append(16, 0x0001_0001, 8000, 16_000, 0x0010_0002)
        header.append(Data("data".utf8))
        append(bytes)
        try header.write(to: url)
        try #require(truncate(url.path, 44 + Int(bytes)) == 0)
    }

    /// Returns the peak resident bytes of the command until its picture, which goes to a pipe, is made: by then all
    /// memory has been taken. The system's figure for a finished process is no use, as it starts from the peak of the
    /// parent process.
    private func peakMemory(of sound: URL) throws -> Int {
        let process = Process(), pipe = Pipe()
        process.executableURL = Command.executable
        process.arguments = [sound.path, "-o", "-", "--steps", "1", "--quiet"]
        process.environment = Command.environment
        process.standardOutput = pipe
        // The smallest possible pipe cannot take a whole picture, so the command is still running when it is measured.
        let setPipeSize: Int32 = 1031
        try #require(fcntl(pipe.fileHandleForReading.fileDescriptor, setPipeSize, 4096) >= 0)
        try process.run()
        let first = try pipe.fileHandleForReading.read(upToCount: 1)
        let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let rest = try pipe.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        #expect((first?.count ?? 0) + (rest?.count ?? 0) > 4096)
        let peak = try #require(status?.firstMatch(of: #/VmHWM:\s+(\d+) kB/#)?.1)
        return try #require(Int(peak)) * 1024
    }
}
