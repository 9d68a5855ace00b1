#include "textflag.h"

// ±size with the sign of x, and 0 where x is 0; x is left as ones, which are a NaN,
// where it is NaN, and as zeros elsewhere.
#define SIGNED(x, y, t) \
	MOVAPD x, y \
	ANDPD  X1, y \
	XORPD  X0, y \
	MOVAPD x, t \
	CMPPD  X2, t, $4 \
	ANDPD  t, y \
	CMPPD  x, x, $3 \
	ORPD   x, y

// func stepSSE2(dst, x *float64, n int, size float64)
//
// n is a positive multiple of 4. X0: size, X1: the sign bit, X2: zero, in both lanes.
TEXT ·stepSSE2(SB), NOSPLIT, $0-32
	MOVQ     dst+0(FP), DI
	MOVQ     x+8(FP), SI
	MOVQ     n+16(FP), CX
	MOVSD    size+24(FP), X0
	UNPCKLPD X0, X0
	MOVQ     $0x8000000000000000, AX
	MOVQ     AX, X1
	UNPCKLPD X1, X1
	XORPD    X2, X2

loop:
	MOVUPD (SI), X3
	MOVUPD 16(SI), X6
	SIGNED(X3, X4, X5)
	SIGNED(X6, X7, X8)
	MOVUPD (DI), X9
	MOVUPD 16(DI), X10
	SUBPD  X4, X9
	SUBPD  X7, X10
	MOVUPD X9, (DI)
	MOVUPD X10, 16(DI)
	ADDQ   $32, SI
	ADDQ   $32, DI
	SUBQ   $4, CX
	JNZ    loop
	RET
