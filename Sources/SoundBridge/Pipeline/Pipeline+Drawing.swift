import LatentDiffusion
import PictureFiles
import TensorCore

extension Pipeline {
    /// Steps done, and their total, in the run that draws a batch, all candidates together.
    public struct Progress: Sendable {
        /// The pictures of the batch, by the places of their requests.
        public let pictures: Range<Int>
        public let step: Int
        public let steps: Int
        /// The clean latents that the network sees in the noise so far.
        let denoised: Tensor
        /// The way to the size that was asked for.
        let size: DrawnSize?

        /// The same of pictures at other places.
        func at(_ pictures: Range<Int>) -> Progress {
            Progress(pictures: pictures, step: step, steps: steps, denoised: denoised, size: size)
        }
    }

    /// Draws pictures, in the order of the requests; consecutive ones that can share a batch do. Each has the same bits
    /// as if it were drawn alone.
    ///
    /// Throws the error of the first request that failed: `ModelError`; `SettingError` for a number outside its range;
    /// `SamplingError`, `PictureSizeError` for requests that the model cannot draw; `CancellationError`, within a step.
    ///
    /// - Parameters:
    ///   - requests: The pictures to draw.
    ///   - batchSize: The most pictures that are drawn together, in `DrawQueue.batchSizes`.
    ///   - onProgress: Called on the compute thread after each step.
    public func draw(
        _ requests: [PictureRequest], batchSize: Int = DrawQueue.defaultBatchSize,
        onProgress: @ComputeActor (Progress) -> Void = { _ in }
    ) throws -> [DrawnPicture] {
        let queue = try DrawQueue(self, batchSize: batchSize, capacity: max(1, requests.count))
        for request in requests { try queue.add(request) }
        var drawn: [DrawnPicture] = []
        while !queue.isEmpty { drawn += try queue.draw(onProgress: onProgress).map { try $0.get() } }
        return drawn
    }

    /// Streams pictures in the order of the requests. Each batch is drawn when its first picture is asked for, so at
    /// most one batch waits for the consumer, and nothing is drawn for one that has gone. Ends with what `draw` throws.
    ///
    /// - Parameters:
    ///   - requests: The pictures to draw.
    ///   - batchSize: The most pictures that are drawn together, in `DrawQueue.batchSizes`.
    ///   - onProgress: Called on the compute thread after each step.
    public nonisolated func pictures(
        _ requests: [PictureRequest], batchSize: Int = DrawQueue.defaultBatchSize,
        onProgress: @escaping @ComputeActor (Progress) -> Void = { _ in }
    ) -> AsyncThrowingStream<DrawnPicture, any Error> {
        let session = Result { try DrawSession(self, requests, batchSize: batchSize, onProgress) }
        return AsyncThrowingStream { try await session.get().next() }
    }

    /// Draws requests that can share a batch, at least one, each with its own share of the time.
    /// Throws `ModelError`, and errors that keep all of them from being made.
    func drawBatch(
        _ requests: [PictureRequest], isWanted: (Int) -> Bool, onStep: (Progress) -> Void
    ) throws -> [Result<DrawnPicture, any Error>] {
        for request in requests { try request.check() }
        let size = try drawnSize(for: requests[0].settings.size)
        let count = requests[0].settings.candidates
        let critic = try count > 1 ? self.critic() : nil
        let seeds = requests.map { CandidateSeeds.seeds(from: $0.settings.seed, count: count) }
        var kept = try requests.map { KeptCandidate($0, score: try critic?.score(for: $0.subject)) }
        for round in 0..<count {
            let candidates = zip(requests, seeds).map { request, seeds in
                var candidate = request
                candidate.settings.seed = seeds[round]
                return candidate
            }
            var denoising = StageSeconds()
            let latents = try denoising.measure(\.denoise) {
                try self.latents(
                    candidates,
                    onStep: { step in
                        onStep(
                            Progress(
                                pictures: requests.indices, step: round * step.steps + step.step,
                                steps: count * step.steps, denoised: step.denoised, size: size))
                    }, isWanted: isWanted)
            }
            for index in requests.indices where isWanted(index) {
                kept[index].seconds.denoise += denoising.denoise / Double(requests.count)
                kept[index].take(candidates[index]) {
                    try picture(of: latents.items(index..<index + 1), size)
                }
            }
        }
        let checkpoint = try parts.checkpoint?()
        return kept.map { kept in
            Result {
                let picture = try kept.picture()
                var record = record(of: picture, drawnSize: size?.drawn, checkpoint, kept.request, kept.seconds)
                if count > 1 { record.candidates = kept.tried }
                return DrawnPicture(picture: picture, record: record)
            }
        }
    }

    /// Throws `ModelError.lacks`.
    private func critic() throws -> PictureCritic {
        guard let critic = parts.critic else {
            throw ModelError.lacks(model: parts.name, component: "image encoder and image_text adapters")
        }
        return try critic()
    }

    private func record(
        of picture: Picture, drawnSize: PictureSize?, _ checkpoint: CheckpointRecord?, _ request: PictureRequest,
        _ seconds: StageSeconds
    ) -> PictureRecord {
        var record = PictureRecord(
            input: request.name, picture: picture, drawnSize: drawnSize, model: parts.name, precision: parts.precision,
            settings: request.generationSettings(parts.defaults), heard: request.subject.heard,
            audioScores: request.subject.audioScores)
        record.checkpoint = checkpoint
        record.prompts = request.subject.prompts
        record.secondsHeard = request.subject.secondsHeard
        record.warnings = request.subject.warnings + (request.start?.warnings ?? [])
        record.seconds = seconds
        return record
    }

    /// Returns clean latents `[pictures, height, width, channels]`, each with the same bits as if it were made alone.
    func latents(
        _ requests: [PictureRequest], onStep: (LatentSampler.Progress) -> Void = { _ in },
        isWanted: (Int) -> Bool = { _ in true }
    ) throws -> Tensor {
        let settings = requests[0].settings
        let denoiser = try parts.denoiser()
        try parts.check()
        let negative = try negative(settings, denoiser)
        parts.conditioner.rest()
        return try LatentSampler(denoiser).latents(
            conditions: requests.map(\.subject.conditioning.condition), seeds: requests.map(\.settings.seed),
            settings: .init(
                sampler: settings.sampler, steps: settings.steps, scheduler: settings.scheduler,
                guidance: Guidance(
                    scale: requests[0].guidanceScale(parts.defaults), negativeCondition: negative),
                initial: requests[0].start.map { try initialLatents($0, size: settings.size) },
                variation: settings.variation, noise: (settings.noise ?? .own).source,
                size: size(toDraw: settings.size).map(latentSize)),
            onStep: onStep, isWanted: isWanted)
    }

    /// Returns the condition that guidance leads away from; nil leaves it to the null condition that the denoiser has
    /// learned.
    private func negative(_ settings: PictureSettings, _ denoiser: any Denoiser) throws -> Condition? {
        if let words = settings.negativePrompt { return try parts.conditioner.conditioning(of: words).condition }
        return denoiser.nullCondition == nil ? try parts.conditioner.empty() : nil
    }

    private func picture(of latents: Tensor, _ size: DrawnSize?) throws -> Picture {
        let picture = try Picture(parts.autoencoder().decode(latents).item(0))
        return try size?.finished(picture) ?? picture
    }
}

// MARK: Estimates

extension Pipeline {
    /// Shows what the denoiser takes one of the pictures in progress to be, in the picture's size. Throws `ModelError`,
    /// `SamplingError`, `PictureError`.
    ///
    /// - Parameters:
    ///   - progress: Told by a run.
    ///   - place: One of its pictures.
    ///   - isRough: Whether a picture without details, made of a pixel for each latent, will do where decoding takes long.
    public func estimate(_ progress: Progress, of place: Int, isRough: Bool = true) throws -> Picture {
        let index = place - progress.pictures.lowerBound
        let latents = progress.denoised.items(index..<index + 1)
        let autoencoder = try parts.autoencoder()
        guard isRough, !autoencoder.isQuick else { return try picture(of: latents, progress.size) }
        let decoder = try linearDecoder ?? LinearDecoder(autoencoder)
        linearDecoder = decoder
        let (shape, scale) = (latents.shape, autoencoder.scale)
        let picture = try Picture(decoder(latents).item(0)).resized(width: shape[2] * scale, height: shape[1] * scale)
        return try progress.size?.finished(picture) ?? picture
    }
}

// MARK: Sizes and starts

extension Pipeline {
    /// Checks that the model has the noise levels that the settings choose. Throws `SamplingError`, `ModelError`.
    package func checkLevels(_ settings: GenerationSettings) throws {
        _ = try parts.schedule().path(
            steps: settings.steps, sampler: settings.sampler, scheduler: settings.scheduler)
    }

    /// Whether the model is one of diffusion over numbered steps, as the models of other programs are. Throws `ModelError`.
    package var isDiffusion: Bool { get throws { try parts.schedule() is DiscreteDiffusion } }

    /// Checks that the model can make pictures of a size. Throws `SettingError`, `PictureSizeError`, `ModelError`.
    public func check(_ size: PictureSize) throws {
        try size.check()
        let drawn = try self.size(toDraw: size) ?? size
        let found = try latentSize(drawn)
        guard try parts.denoiser().allows(height: found.height, width: found.width) else {
            throw PictureSizeError.fixed(model: parts.name, size: try ownSize(), found: size)
        }
    }

    /// The size that the model was made for.
    private func ownSize() throws -> PictureSize {
        let (shape, scale) = (try parts.denoiser().latentShape, try parts.autoencoder().scale)
        return PictureSize(width: shape[1] * scale, height: shape[0] * scale)
    }

    /// Returns the size to draw a picture at that was asked for with a size; nil for the model's own.
    private func size(toDraw asked: PictureSize?) throws -> PictureSize? {
        try drawnSize(for: asked)?.drawn ?? asked
    }

    /// Returns how a picture of a size is made; nil for one that the model draws as it is.
    private func drawnSize(for asked: PictureSize?) throws -> DrawnSize? {
        guard let asked, let sides = parts.drawnSides else { return nil }
        let step = try parts.autoencoder().scale * parts.denoiser().latentMultiple
        let size = try DrawnSize(for: asked, sides: sides, step: step, own: ownSize())
        return size.drawn == asked ? nil : size
    }

    private func latentSize(_ size: PictureSize) throws -> (height: Int, width: Int) {
        let scale = try parts.autoencoder().scale
        let step = try scale * parts.denoiser().latentMultiple
        guard size.width % step == 0, size.height % step == 0 else {
            throw PictureSizeError.notAMultiple(model: parts.name, of: step, found: size)
        }
        return (size.height / scale, size.width / scale)
    }

    /// Returns the latents of the initial picture, encoded once for all pictures that start from it.
    private func initialLatents(_ start: StartingPicture, size: PictureSize?) throws -> InitialLatents {
        let autoencoder = try parts.autoencoder()
        let drawn = try self.size(toDraw: size) ?? ownSize()
        let (width, height) = (drawn.width, drawn.height)
        let (picture, strength) = (start.picture, start.source.strength)
        if let initial, initial.picture == picture, initial.width == width, initial.height == height {
            return InitialLatents(latents: initial.latents, strength: strength)
        }
        let fitted = try picture.fitted(width: width, height: height)
        let latents = try autoencoder.encode(Tensor(fitted.values, shape: [1, height, width, 3]))
        initial = (picture, width, height, latents)
        return InitialLatents(latents: latents, strength: strength)
    }
}

extension Picture {
    /// The picture of values `[height, width, 3]` in [-1, 1]. Throws `PictureError`.
    fileprivate init(_ values: Tensor) throws {
        self = try values.withFloats { try Picture(width: values.shape[1], height: values.shape[0], values: $0) }
    }
}
