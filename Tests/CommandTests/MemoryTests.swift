import Foundation
import TestSupport
import Testing

@Suite struct MemoryTests {
    /// An hour at 8 kHz becomes 230 MB of floats at the encoder's rate; were they kept, it would show.
    @Test func anHourNeedsNoMoreMemoryThanAMinute() throws {
        let scratch = try TemporaryFolder()
        var peaks: [Int] = []
        for minutes in [1, 60] {
            let sound = scratch.url("\(minutes).wav")
            try writeSilence(minutes: minutes, to: sound)
            peaks.append(try peakMemory(of: [sound.path, "-o", scratch.path("\(minutes).png"), "--steps", "1"]))
        }
        #expect(try scratch.names.contains("60.png"))
        #expect(peaks[0] < 1 << 30)
        #expect(peaks[1] - peaks[0] < 32 << 20, "\(peaks)")
    }

    /// A 16-bit mono WAV at 8 kHz. The file is sparse: it takes no room.
    private func writeSilence(minutes: Int, to url: URL) throws {
        let bytes = UInt32(minutes * 60 * 8000 * 2)
        var header = Data("RIFF".utf8)
        func append(_ values: UInt32...) {
            values.forEach { value in withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) } }
        }
        append(36 + bytes)
        header.append(Data("WAVEfmt ".utf8))
        append(16, 0x0001_0001, 8000, 16_000, 0x0010_0002)
        header.append(Data("data".utf8))
        append(bytes)
        try header.write(to: url)
        try #require(truncate(url.path, 44 + Int(bytes)) == 0)
    }

    /// Peak resident bytes of the command, which must end well. `Process` does not tell them, `wait4` does.
    private func peakMemory(of arguments: [String]) throws -> Int {
        let models = "FUSEMIX_MODELS=\(Checkout.models.path)"
        let variables: [String] = [models, "OMP_NUM_THREADS=1"]
        let words: [String] = [Command.executable.path] + arguments + ["--quiet"]
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { (argv + environment).forEach { free($0) } }
        var process = pid_t()
        try #require(posix_spawn(&process, Command.executable.path, nil, nil, &argv, &environment) == 0)
        var status: Int32 = 0
        var usage = rusage()
        try #require(wait4(process, &status, 0, &usage) == process)
        #expect(status == 0)
        return usage.ru_maxrss * 1024
    }
}
