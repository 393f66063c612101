#include "COpenBLAS.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// Debian's OpenBLAS holds LAPACK but no LAPACKE, and LAPACKE's own package brings a second BLAS with it. So these are the
// Fortran routines: every argument by address, the lengths of the characters at the end.
typedef void dsyevd_routine(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w,
                            double *work, const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info,
                            size_t jobz_length, size_t uplo_length);
typedef void dgesdd_routine(const char *jobz, const blasint *m, const blasint *n, double *a, const blasint *lda, double *s,
                            double *u, const blasint *ldu, double *vt, const blasint *ldvt, double *work,
                            const blasint *lwork, blasint *iwork, blasint *info, size_t jobz_length);

static struct {
    __typeof__(cblas_dgemm) *dgemm;
    __typeof__(cblas_dsyrk) *dsyrk;
    dsyevd_routine *dsyevd;
    dgesdd_routine *dgesdd;
} routines;

static void *routine(void *library, const char *name) {
    void *found = library ? dlsym(library, name) : NULL;
    if (found) return found;
    fprintf(stderr, "fusemix-gen: OpenBLAS cannot be used: %s.\n", dlerror());
    exit(3);
}

static void load(void) {
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    routines.dgemm = routine(library, "cblas_dgemm");
    routines.dsyrk = routine(library, "cblas_dsyrk");
    routines.dsyevd = routine(library, "dsyevd_");
    routines.dgesdd = routine(library, "dgesdd_");
    // The build with threads of its own bears the same file name as the OpenMP build, and Debian prefers it when both are
    // installed: then it computes on the calling thread only, so that no second worker pool fights with the first.
    __typeof__(openblas_get_parallel) *get_parallel = routine(library, "openblas_get_parallel");
    __typeof__(openblas_set_num_threads) *set_num_threads = routine(library, "openblas_set_num_threads");
    if (get_parallel() != OPENBLAS_OPENMP) set_num_threads(1);
}

static void need(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
}

void blas_dgemm(bool transpose_a, bool transpose_b, int rows, int columns, int inner, const double *a, int lda,
                const double *b, int ldb, double beta, double *c, int ldc) {
    need();
    routines.dgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, rows,
                   columns, inner, 1, a, lda, b, ldb, beta, c, ldc);
}

void blas_dsyrk(int columns, int rows, const double *a, double *c) {
    need();
    routines.dsyrk(CblasRowMajor, CblasUpper, CblasTrans, columns, rows, 1, a, columns, 1, c, columns);
}

int lapack_dsyevd(int n, double *a, double *w, double *work, int lwork, int *iwork, int liwork) {
    need();
    blasint info = 0;
    routines.dsyevd("V", "U", &n, a, &n, w, work, &lwork, iwork, &liwork, &info, 1, 1);
    return info;
}

int lapack_dgesdd(int m, int n, double *a, double *s, double *u, double *vt, double *work, int lwork, int *iwork) {
    need();
    blasint info = 0;
    blasint rank = m < n ? m : n;
    routines.dgesdd("S", &m, &n, a, &m, s, u, &m, vt, &rank, work, &lwork, iwork, &info, 1);
    return info;
}
