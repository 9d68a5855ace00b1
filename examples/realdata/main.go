// Realdata reproduces Figures 1(c), 1(d), 4 and 10 of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135) on the data sets that it finds in a folder: CIFAR-10
// in its binary version, MNIST, reviews of IMDB with or without GloVe vectors, or files of
// one's own (-x and -y). It makes random features of them, estimates K, θ* and the law of
// the noise, runs signSGD and SGD in one pass over shuffled data, and sets them beside
// signHSGD, signODE with each law, and the ODE of SGD.
//
// The folder is -data, or RISKCURVES_DATA, or data. In it, sets lie at
//
//	cifar-10-batches-bin/data_batch_1.bin to data_batch_5.bin
//	mnist/train-images-idx3-ubyte, or t10k-…, with the labels; .gz will do
//	aclImdb/ or imdb/reviews.csv
//	glove.6B.50d.txt; without it, reviews are embedded by tf-idf
//
// -download fetches CIFAR-10, IMDB and GloVe there from their homes. Nothing else touches
// the network. The MD5 of CIFAR-10 is the one that its home publishes; those of IMDB and
// GloVe publish none, so the SHA-256 of the first download is pinned in a file beside it,
// and vouches only for later ones. The downloads have been tested against a local server
// and not against those homes.
//
// # Why the curves differ from the data
//
// Theory promises its curves for Gaussian x and independent noise as d grows; that is what
// the claims at the end check, by runs on Gaussian samples with the K of the data. Of data
// it promises nothing. The report says how far from Gaussian the features are, how much
// the noise depends on them (that of labels ±1 does, always), and how many directions of K
// matter, which is what d must mean for curves to concentrate. The gaps are taken part by
// part: runs on the data in one pass, on the data redrawn with replacement (independent
// samples), on redrawn features with independent noise, and on Gaussian samples.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/realdata"
)

func main() { figure.Main(realdata.Figure()) }
