#include "Parallel.h"

// libgomp's own entry points: Swift's clang has no -fopenmp without unsafe flags,
// and a second worker pool would fight with oneDNN's.
void GOMP_parallel(void (*body)(void *), void *context, unsigned threads, unsigned flags);
int omp_get_max_threads(void);
int omp_get_thread_num(void);
int omp_get_num_threads(void);

typedef struct {
    int64_t count;
    ck_range_body body;
    void *context;
} Job;

static void run_part(void *opaque) {
    const Job *job = opaque;
    const int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
    const int64_t begin = job->count * thread / threads, end = job->count * (thread + 1) / threads;
    if (begin < end) job->body(job->context, begin, end);
}

void ck_parallel(int64_t count, int64_t grain, ck_range_body body, void *context) {
    if (count <= 0) return;
    int64_t threads = omp_get_max_threads();
    const int64_t useful = grain > 0 ? (count + grain - 1) / grain : count;
    if (threads > useful) threads = useful;
    if (threads <= 1) {
        body(context, 0, count);
        return;
    }
    Job job = {count, body, context};
    GOMP_parallel(run_part, &job, (unsigned)threads, 0);
}
