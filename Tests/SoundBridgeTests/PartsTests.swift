import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundFrontEnd
import Synchronization
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// A pipeline put together by hand, end to end, without a model on disk.
@Suite @ComputeActor struct PartsTests {
    let loud = (0..<800).map { Float($0 % 2) }

    func request(_ pipeline: Pipeline, seed: UInt64 = 0) throws -> PictureRequest {
        let subject = try pipeline.subject(of: pipeline.listen(samples: loud, rate: 8000))
        return PictureRequest(subject, pipeline.settings(seed: seed), name: "loud")
    }

    @Test func drawsASoundWordsAndBoth() throws {
        let pipeline = RandomParts.pipeline()
        let request = try request(pipeline)
        let sound = try pipeline.draw([request])[0]
        #expect(sound.picture.width == 8 && sound.picture.height == 8)
        #expect(sound.record.model == "tiny" && sound.record.input == "loud")
        #expect(sound.record.heard.map(\.label) == ["low", "high"])
        #expect(sound.record.audioScores?.map(\.label) == ["low", "high"])
        var others = [request, request]
        others[0].subject = try pipeline.subject(of: pipeline.listen(samples: loud, rate: 8000), prompt: "abc")
        others[1].subject = try pipeline.subject(prompt: "abc")
        let drawn = try pipeline.draw(others)
        #expect(drawn[1].record.audioScores == nil)
        #expect(Set([sound.picture] + drawn.map(\.picture)).count == 3)
    }

    /// Without a tagger no classes are named, and pictures are made all the same.
    @Test func anEncoderNeedsNoScores() throws {
        let pipeline = RandomParts.pipeline(labels: nil)
        let drawn = try pipeline.draw([request(pipeline)])[0]
        #expect(drawn.record.heard.isEmpty && drawn.record.audioScores == [])
    }

    /// The empty text's condition takes the place of a null condition that was not learned.
    @Test func guidanceNeedsNoLearnedNullCondition() throws {
        let empty = try RandomParts.pipeline().parts.conditioner.empty()
        let unlearned = RandomParts.pipeline(painter: .init(nullCondition: nil))
        let learned = RandomParts.pipeline(painter: .init(nullCondition: empty))
        #expect(try unlearned.draw([request(unlearned)])[0].picture == learned.draw([request(learned)])[0].picture)
        #expect(try unlearned.draw([]).isEmpty)
    }

    @Test func theRecordTellsWhatTheSubjectWasMadeOf() throws {
        let pipeline = RandomParts.pipeline()
        let subject = try pipeline.subject(
            of: pipeline.listen(samples: loud, rate: 8000, pooling: .loudest), prompt: "abc", audioWeight: 0.25)
        let drawn = try pipeline.draw([PictureRequest(subject, pipeline.settings(seed: 3))])[0]
        #expect(drawn.record.settings.prompt == "abc" && drawn.record.settings.audioWeight == 0.25)
        #expect(drawn.record.settings.window == .loudest)
        let file = try TemporaryFolder().url("a.png")
        #expect(throws: (any Error).self) { try drawn.write(to: file) }
        let folder = try TemporaryFolder()
        try drawn.write(to: folder.url("a.png"))
        #expect(try PictureRecord(pngContentsOf: folder.url("a.png")).settings == drawn.record.settings)
    }

    @Test func conditionsOfAnotherShapeAreAMisfit() throws {
        let pipeline = RandomParts.pipeline(painter: .init(conditionShape: ConditionShape(tokens: 77, width: 768)))
        let error = #expect(throws: ModelError.self) { try pipeline.draw([request(pipeline)]) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("1 × 3, but the denoiser takes 77 × 768"))
    }

    @Test func picturesStartFromThatOfTheRequest() throws {
        let pipeline = RandomParts.pipeline()
        var start = try request(pipeline)
        let red = try Picture(width: 8, height: 8, pixels: (0..<64).flatMap { _ in [255, 0, 0] as [UInt8] })
        start.start = StartingPicture(red, strength: 0, name: "red.png")
        let drawn = try pipeline.draw([start])[0]
        #expect(drawn.picture == red)
        #expect(drawn.record.settings.initImage == InitialPicture(path: "red.png", strength: 0))
    }

    @Test func sizesThatTheDenoiserKnows() throws {
        let pipeline = RandomParts.pipeline()
        var great = try request(pipeline)
        great.settings.size = PictureSize(width: 16, height: 16)
        #expect(try pipeline.draw([great])[0].picture.width == 16)
        #expect(throws: PictureSizeError.self) { try pipeline.check(PictureSize(width: 18, height: 16)) }
        #expect(throws: PictureSizeError.self) { try pipeline.check(PictureSize(width: 32, height: 16)) }
    }

    @Test func whatCanShareABatchDoes() throws {
        let batches = Mutex<[Int]>([])
        let pipeline = RandomParts.pipeline(painter: .init(observe: { size in batches.withLock { $0.append(size) } }))
        let queue = try DrawQueue(pipeline, batchSize: 4, capacity: 7)
        for seed in 0..<6 { try queue.add(request(pipeline, seed: UInt64(seed))) }
        var other = try request(pipeline, seed: 6)
        other.settings.steps = 2
        #expect(queue.hasFullBatch && queue.nextBatchCount == 4)
        try queue.add(other)
        #expect(queue.isFull)
        #expect(throws: DrawQueueError.full(capacity: 7)) { try queue.add(other) }
        var drawn: [DrawnPicture] = []
        while !queue.isEmpty { drawn += try queue.draw().map { try $0.get() } }
        // With guidance, each call has twice as many items. The runs have three steps, three steps and two steps.
        #expect(batches.withLock { $0 } == [8, 8, 8, 4, 4, 4, 2, 2])
        #expect(drawn.map(\.record.settings.seed) == Array(0...6))
        #expect(try queue.draw().isEmpty)
    }

    /// It holds for whatever a sound is in, and only where the request names none.
    @Test func soundsHaveAGuidanceOfTheirOwn() throws {
        let batches = Mutex<[Int]>([])
        let pipeline = RandomParts.pipeline(painter: .init(observe: { size in batches.withLock { $0.append(size) } }))
        let (sound, words) = (try request(pipeline).subject, try pipeline.subject(prompt: "abc"))
        let subjects = [
            sound, words, try pipeline.blend([(words, 1), (sound, 1)]), try pipeline.blend([(words, 1), (sound, 0)]),
        ]
        let queue = try DrawQueue(pipeline, batchSize: 4, capacity: 8)
        for scale in [nil, 4] as [Float?] {
            for subject in subjects {
                var settings = pipeline.settings()
                settings.guidanceScale = scale
                settings.steps = 1
                try queue.add(PictureRequest(subject, settings))
            }
        }
        var drawn: [DrawnPicture] = []
        while !queue.isEmpty { drawn += try queue.draw().map { try $0.get() } }
        #expect(drawn.map(\.record.settings.guidanceScale) == [3, 2, 3, 2, 4, 4, 4, 4])
        #expect(batches.withLock { $0 } == [2, 2, 2, 2, 8])
        #expect(drawn[0].picture != drawn[4].picture)
        var told = try request(pipeline)
        (told.settings.guidanceScale, told.settings.steps) = (3, 1)
        #expect(try pipeline.draw([told])[0].picture == drawn[0].picture)
        var planned = drawn[0].record.settings
        planned.guidanceScale = nil
        #expect(planned.mayBecome(drawn[0].record.settings) && !drawn[0].record.settings.mayBecome(planned))
    }

    @Test func oneAtFaultFailsAlone() throws {
        let pipeline = RandomParts.pipeline()
        let queue = try DrawQueue(pipeline, capacity: 3)
        var faulty = try request(pipeline, seed: 1)
        faulty.subject = PictureSubject(
            Conditioning(Condition(vector: Tensor([.nan, 0, 0], shape: [3])), embedding: nil), hasSound: true)
        for request in [try request(pipeline, seed: 0), faulty, try request(pipeline, seed: 2)] {
            try queue.add(request)
        }
        var places: [Range<Int>] = []
        let results = try queue.draw { if $0.step == 1 { places.append($0.pictures) } }
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(places == [0..<1, 2..<3])
        #expect(throws: SamplingError.self) { try pipeline.draw([faulty]) }
    }

    @Test func cancellingEndsWithinAStep() async throws {
        let pipeline = RandomParts.pipeline()
        let request = try request(pipeline)
        let steps = Mutex(0)
        let task = Task { @ComputeActor in
            try pipeline.draw([request]) { _ in
                steps.withLock { $0 += 1 }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(steps.withLock { $0 } == 1)
    }
}

@Suite struct ScoredLabelTests {
    @Test func bestLabelsComeFirstAndTiesKeepTheirOrder() {
        let labels = [("a", 0.1), ("b", 0.7), ("c", 0.3), ("d", 0.7)].map {
            ScoredLabel(label: $0.0, score: Float($0.1))
        }
        #expect(ScoredLabel.best(3, of: labels).map(\.label) == ["b", "d", "c"])
    }
}
