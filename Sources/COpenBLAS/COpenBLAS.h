#ifndef COpenBLAS_h
#define COpenBLAS_h

#include <cblas.h>
#include <stddef.h>

/// Debian's OpenBLAS holds LAPACK but no LAPACKE, and LAPACKE's own package brings a second BLAS with it. So these
/// are the Fortran routines: column-major, every argument by address, the lengths of the characters at the end.

/// Eigenvalues (ascending) and, with jobz 'V', eigenvectors of a symmetric matrix.
void dsyevd_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w,
             double *work, const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info,
             size_t jobz_length, size_t uplo_length);
/// Singular values (descending) and vectors: a = u · diag(s) · vt.
void dgesdd_(const char *jobz, const blasint *m, const blasint *n, double *a, const blasint *lda, double *s,
             double *u, const blasint *ldu, double *vt, const blasint *ldvt, double *work, const blasint *lwork,
             blasint *iwork, blasint *info, size_t jobz_length);
/// Cholesky's factor of a symmetric positive definite matrix.
void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *info, size_t uplo_length);
/// Solves a · x = b with the factor from dpotrf_.
void dpotrs_(const char *uplo, const blasint *n, const blasint *nrhs, const double *a, const blasint *lda,
             double *b, const blasint *ldb, blasint *info, size_t uplo_length);

/// To be called before the first routine. The build with threads of its own bears the same file name as the OpenMP
/// build, and Debian prefers it when both are installed: then it computes on the calling thread only, so that no
/// second worker pool fights with the first.
static inline void openblas_keep_to_one_pool(void) {
    if (openblas_get_parallel() != OPENBLAS_OPENMP) openblas_set_num_threads(1);
}

#endif
