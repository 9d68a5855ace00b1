//go:build !purego

package dense

// cpuid executes CPUID for a leaf and a sub-leaf.
func cpuid(leaf, sub uint32) (eax, ebx, ecx, edx uint32)

// xgetbv reads the extended control register 0: the registers the operating
// system saves.
func xgetbv() (eax, edx uint32)

// assembly reports whether processor and operating system offer AVX2 and FMA.
// It is a variable so that the tests can compare both sets of kernels.
var assembly = detect()

func detect() bool {
	const (
		fma     = 1 << 12 // leaf 1, ECX
		osxsave = 1 << 27
		avx     = 1 << 28
		avx2    = 1 << 5 // leaf 7, EBX
		ymm     = 1<<1 | 1<<2
	)
	if leaves, _, _, _ := cpuid(0, 0); leaves < 7 {
		return false
	}
	if _, _, ecx, _ := cpuid(1, 0); ecx&fma == 0 || ecx&osxsave == 0 || ecx&avx == 0 {
		return false
	}
	if saved, _ := xgetbv(); saved&ymm != ymm {
		return false
	}
	_, ebx, _, _ := cpuid(7, 0)
	return ebx&avx2 != 0
}
