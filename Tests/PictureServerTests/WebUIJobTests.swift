import SoundBridge
import Testing

@testable import PictureServer

struct WebUIJobTests {
    /// A job whose work takes for ever unless it is cancelled, with as many pictures begun.
    private func job(begun: Int) -> WebUIJob {
        let job = WebUIJob(count: 2)
        for picture in 0..<begun { job.tell(.step(picture: picture, step: 1, steps: 8, estimate: nil)) }
        return job
    }

    @Test(.timeLimit(.minutes(1))) func aSecondInterruptWaitsForNoEstimates() async throws {
        let job = job(begun: 2)
        async let work: Void = job.run { try await Task.sleep(for: .seconds(3600)) }
        while job.now.task == nil { await Task.yield() }
        job.interrupt()
        #expect(job.now.task?.isCancelled == false, "what was begun is shown as it is")
        job.interrupt()
        #expect(job.now.task?.isCancelled == true)
        try await work
    }

    @Test(.timeLimit(.minutes(1))) func whatHasNotBegunEndsAtOnce() async throws {
        let job = job(begun: 0)
        async let work: Void = job.run { try await Task.sleep(for: .seconds(3600)) }
        while job.now.task == nil { await Task.yield() }
        job.interrupt()
        try await work
        #expect(job.isInterrupted)
    }
}
