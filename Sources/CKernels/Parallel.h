#ifndef Parallel_h
#define Parallel_h

#include <stdint.h>

/// One loop body for three feature levels, chosen when the program is loaded; one level on other architectures.
#if defined(__x86_64__)
#define CK_DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_DISPATCHED
#endif
#define CK_INLINE static inline __attribute__((always_inline))

typedef void (*ck_range_body)(void *context, int64_t begin, int64_t end);

/// Runs `body` over [0, count) in contiguous parts on the pool that oneDNN uses too;
/// below `grain` items a part is not worth a thread.
void ck_parallel(int64_t count, int64_t grain, ck_range_body body, void *context);

#endif
