//go:build !purego

#include "textflag.h"

// One step of the inner product: twelve columns of B at offset b, and the four
// entries of A's column at offset a, update the 4×12 accumulators Y0–Y11.
#define STEP(a, b) \
	VMOVUPD b+0(DI), Y12 \
	VMOVUPD b+32(DI), Y13 \
	VMOVUPD b+64(DI), Y14 \
	VBROADCASTSD a+0(SI), Y15 \
	VFMADD231PD Y12, Y15, Y0 \
	VFMADD231PD Y13, Y15, Y1 \
	VFMADD231PD Y14, Y15, Y2 \
	VBROADCASTSD a+8(SI), Y15 \
	VFMADD231PD Y12, Y15, Y3 \
	VFMADD231PD Y13, Y15, Y4 \
	VFMADD231PD Y14, Y15, Y5 \
	VBROADCASTSD a+16(SI), Y15 \
	VFMADD231PD Y12, Y15, Y6 \
	VFMADD231PD Y13, Y15, Y7 \
	VFMADD231PD Y14, Y15, Y8 \
	VBROADCASTSD a+24(SI), Y15 \
	VFMADD231PD Y12, Y15, Y9 \
	VFMADD231PD Y13, Y15, Y10 \
	VFMADD231PD Y14, Y15, Y11

// One row of C: c ← α·acc + c, and c ← α·acc.
#define ADD(x, y, z) \
	VMOVUPD (DX), Y12 \
	VMOVUPD 32(DX), Y13 \
	VMOVUPD 64(DX), Y14 \
	VFMADD231PD x, Y15, Y12 \
	VFMADD231PD y, Y15, Y13 \
	VFMADD231PD z, Y15, Y14 \
	VMOVUPD Y12, (DX) \
	VMOVUPD Y13, 32(DX) \
	VMOVUPD Y14, 64(DX) \
	ADDQ R10, DX

#define SET(x, y, z) \
	VMULPD x, Y15, x \
	VMULPD y, Y15, y \
	VMULPD z, Y15, z \
	VMOVUPD x, (DX) \
	VMOVUPD y, 32(DX) \
	VMOVUPD z, 64(DX) \
	ADDQ R10, DX

// func tileAVX2(k int, a, b, c *float64, ldc int, alpha float64, add bool)
//
// SI, DI: packed A and B; DX: C; R10: ldc in bytes; CX: steps left.
// Y0–Y11: accumulators, three a row; Y12–Y14: row of B; Y15: entry of A, then α.
TEXT ·tileAVX2(SB), NOSPLIT, $0-49
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DI
	MOVQ c+24(FP), DX
	MOVQ ldc+32(FP), R10
	SHLQ $3, R10
	LEAQ (DX)(R10*2), R11
	PREFETCHT0 (DX)
	PREFETCHT0 64(DX)
	PREFETCHT0 (DX)(R10*1)
	PREFETCHT0 64(DX)(R10*1)
	PREFETCHT0 (R11)
	PREFETCHT0 64(R11)
	PREFETCHT0 (R11)(R10*1)
	PREFETCHT0 64(R11)(R10*1)
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
	VXORPD Y8, Y8, Y8
	VXORPD Y9, Y9, Y9
	VXORPD Y10, Y10, Y10
	VXORPD Y11, Y11, Y11
	MOVQ CX, R11
	ANDQ $3, R11
	SHRQ $2, CX
	JZ   rest

four:
	PREFETCHT0 512(SI)
	STEP(0, 0)
	STEP(32, 96)
	PREFETCHT0 576(SI)
	STEP(64, 192)
	STEP(96, 288)
	ADDQ $128, SI
	ADDQ $384, DI
	DECQ CX
	JNZ  four

rest:
	TESTQ R11, R11
	JZ    store

one:
	STEP(0, 0)
	ADDQ $32, SI
	ADDQ $96, DI
	DECQ R11
	JNZ  one

store:
	VBROADCASTSD alpha+40(FP), Y15
	MOVBLZX add+48(FP), AX
	TESTL AX, AX
	JZ   set
	ADD(Y0, Y1, Y2)
	ADD(Y3, Y4, Y5)
	ADD(Y6, Y7, Y8)
	ADD(Y9, Y10, Y11)
	VZEROUPPER
	RET

set:
	SET(Y0, Y1, Y2)
	SET(Y3, Y4, Y5)
	SET(Y6, Y7, Y8)
	SET(Y9, Y10, Y11)
	VZEROUPPER
	RET
