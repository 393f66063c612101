import Foundation
import SoundBridge
import SoundFrontEnd

/// Prepares items, on any thread.
struct ItemPreparation: Sendable {
    /// Of a sound that is longer, the rest is decoded while it is listened to: read-ahead sounds must not fill memory.
    private static let secondsAhead = 30

    let plan: RunPlan
    let options: RunOptions
    let records: RunRecords?
    /// Samples a second that the sound is needed at; 0 in a run without sounds.
    let sampleRate: Int

    func callAsFunction(_ item: RunItem) -> PreparedItem {
        let needs = item.pictures.map { PictureNeed($0, of: item, in: plan, overwrites: options.overwrites, records) }
        let isNeeded = needs.contains { if case .make = $0 { true } else { false } }
        var seconds = StageSeconds()
        let sound = seconds.measure(\.listen) { Result { isNeeded ? try open(item.source) : nil } }
        return PreparedItem(item: item, needs: needs, sound: sound, seconds: seconds)
    }

    private func open(_ source: RunSource) throws -> Waveform? {
        let file: AudioFile
        switch source {
        case .none: return nil
        case .standardInput: file = try AudioFile(spooling: .standardInput, name: "standard input")
        case .file(let path): file = try AudioFile(path: path)
        }
        let waveform = try Waveform(file, sampleRate: sampleRate)
        try waveform.readAhead(Self.secondsAhead * sampleRate)
        return waveform
    }
}
