import Foundation
import SoundBridge
import SoundFrontEnd

/// The items of a run in their order, prepared by a pool's threads a little ahead of use.
struct PreparedItems {
    private var coming: ArraySlice<RunItem>
    private var begun: [PendingResult<PreparedItem>] = []
    private let depth: Int
    private let pool: WorkerPool
    private let preparation: ItemPreparation

    /// - Parameter depth: number of items in preparation or waiting for use; bounds the memory.
    init(_ preparation: ItemPreparation, depth: Int, on pool: WorkerPool) {
        (self.preparation, self.depth, self.pool) = (preparation, depth, pool)
        coming = preparation.plan.items[...]
    }

    /// Returns the next item; nil after the last.
    nonisolated(nonsending) mutating func next() async -> PreparedItem? {
        while begun.count < depth, let item = coming.popFirst() {
            begun.append(pool.start { [preparation] in preparation(item) })
        }
        return begun.isEmpty ? nil : await begun.removeFirst().value()
    }
}

/// An item with all the work done that needs no network.
///
/// Unchecked: the sound is handed from the thread that prepared it to the one that listens, never shared.
struct PreparedItem: @unchecked Sendable {
    let item: RunItem
    /// One need for each picture.
    let needs: [PictureNeed]
    /// The sound with its beginning decoded; nil without a sound, or where no picture is needed.
    let sound: Result<Waveform?, any Error>
    /// Time that opening and decoding took.
    let seconds: StageSeconds
}

/// Prepares items, on any thread.
struct ItemPreparation: Sendable {
    /// Seconds of a sound to decode in advance; the rest is decoded during listening, as read-ahead sounds must not
    /// fill memory.
    private static let secondsAhead = 30

    let plan: RunPlan
    let options: RunOptions
    let records: RunRecords?
    /// Sample rate that the sound is needed at; 0 in a run without sounds.
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
