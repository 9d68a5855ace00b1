#include "textflag.h"

// One step of two lanes with the states (s0, s1, s2, s3): their outputs go to out.
#define STEP(s0, s1, s2, s3, t, u, out) \
	MOVO  s0, t \
	PADDQ s3, t \
	MOVO  t, u \
	PSLLQ $23, t \
	PSRLQ $41, u \
	POR   u, t \
	PADDQ s0, t \
	MOVOU t, out \
	MOVO  s1, u \
	PSLLQ $17, u \
	PXOR  s0, s2 \
	PXOR  s1, s3 \
	PXOR  s2, s1 \
	PXOR  s3, s0 \
	PXOR  u, s2 \
	MOVO  s3, t \
	PSLLQ $45, s3 \
	PSRLQ $19, t \
	POR   t, s3

// func fillSSE2(s *Lanes, dst *uint64, n int)
//
// n is a positive multiple of 4. X0–X3 and X4–X7: states of lanes 0, 1 and 2, 3.
TEXT ·fillSSE2(SB), NOSPLIT, $0-24
	MOVQ  s+0(FP), SI
	MOVQ  dst+8(FP), DI
	MOVQ  n+16(FP), CX
	MOVOU (SI), X0
	MOVOU 16(SI), X4
	MOVOU 32(SI), X1
	MOVOU 48(SI), X5
	MOVOU 64(SI), X2
	MOVOU 80(SI), X6
	MOVOU 96(SI), X3
	MOVOU 112(SI), X7

loop:
	STEP(X0, X1, X2, X3, X8, X9, (DI))
	STEP(X4, X5, X6, X7, X10, X11, 16(DI))
	ADDQ $32, DI
	SUBQ $4, CX
	JNZ  loop

	MOVOU X0, (SI)
	MOVOU X4, 16(SI)
	MOVOU X1, 32(SI)
	MOVOU X5, 48(SI)
	MOVOU X2, 64(SI)
	MOVOU X6, 80(SI)
	MOVOU X3, 96(SI)
	MOVOU X7, 112(SI)
	RET
