// Package realdata takes the theory of arXiv:2411.12135 to real data, as its Figures 1(c),
// 1(d), 4 and 10 do: random features of images or of texts, labels of two classes, K and θ*
// estimated from them, the residuals as noise, and runs of signSGD and SGD on the data
// beside the limits that the estimates give.
package realdata
